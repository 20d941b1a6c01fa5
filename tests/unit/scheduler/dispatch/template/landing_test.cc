#include "scheduler/dispatch/template/landing.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(BodyLandingTest, IsToldByTheContentType) {
  struct Case {
    std::string content_type;
    Landing landing;
  };
  const std::vector<Case> cases = {
      {"application/json", Landing::kJson},
      {" Application/JSON ; charset=utf-8", Landing::kJson},
      {"application/problem+json", Landing::kJson},
      {"application/x-ndjson", Landing::kJson},
      {"text/json", Landing::kJson},
      {"text/x-json; charset=utf-8", Landing::kJson},
      {"text/html; charset=utf-8", Landing::kHtml},
      {"application/xml", Landing::kHtml},
      {"text/xml", Landing::kHtml},
      {"application/soap+xml", Landing::kHtml},
      {"application/x-www-form-urlencoded", Landing::kUrl},
      {"text/plain", Landing::kText},
      {"image/json-ish", Landing::kText},
  };
  for (const Case& c : cases)
    EXPECT_EQ(BodyLanding(c.content_type, "{{a}}"), c.landing) << c.content_type;
}

TEST(BodyLandingTest, WithoutContentTypeByWhatItLooksLike) {
  for (const char* json :
       {"{\"a\":{{a}}}", " [ {{a}} ]", "\"{{a}}\"", "{{a}}", "\n{{#a}}\n{\"n\":1}\n{{/a}}",
        "{{! c }} {{a}}", "{ {{#l}}\"a\":1{{/l}} }"}) {
    EXPECT_EQ(BodyLanding("", json), Landing::kJson) << json;
  }
  for (const char* text : {"Hello {{a}}", "{{a}}, {{b}}", "<a>{{a}}</a>", "a={{a}}", "{{broken"}) {
    EXPECT_EQ(BodyLanding("", text), Landing::kText) << text;
  }
}

TEST(JsonPlaceTest, FollowsStringsAndEscapes) {
  struct Case {
    std::string text;
    bool in_string;
    bool in_escape;
  };
  const std::vector<Case> cases = {
      {"", false, false},          {"{", false, false},         {"{\"", true, false},
      {"{\"a", true, false},       {"{\"a\"", false, false},    {"\"a\\", true, true},
      {"\"a\\\"", true, false},    {"\"a\\\\\"", false, false}, {"\"\\u", true, true},
      {"\"\\u00e", true, true},    {"\"\\u00e9", true, false},  {"\"\\u00\"", false, false},
      {"\"\\u00\\n", true, false}, {"\"\\n\\t", true, false},
  };
  for (const Case& c : cases) {
    JsonPlace whole;
    whole.Read(c.text);
    JsonPlace pieces;
    for (const char character : c.text) pieces.Read(std::string(1, character));
    for (const JsonPlace& place : {whole, pieces}) {
      EXPECT_EQ(place.in_string(), c.in_string) << c.text;
      EXPECT_EQ(place.in_escape(), c.in_escape) << c.text;
    }
  }
}

TEST(LandingTest, EscapesForJsonAndHtml) {
  EXPECT_EQ(JsonContentOf("a\"b\\c\n\x01\xC3\xA9"), "a\\\"b\\\\c\\n\\u0001\xC3\xA9");
  EXPECT_EQ(JsonContentOf("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(HtmlOf("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(TextOf("as it \"is\""), "as it \"is\"");
  EXPECT_EQ(TextOf(nlohmann::json::parse(R"({"b":[1, 2.5, null]})")), R"({"b":[1,2.5,null]})");
}

}  // namespace
}  // namespace scheduler::dispatch
