#include "scheduler/dispatch/http_templates.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/dispatch/http_request.h"

namespace scheduler::dispatch {
namespace {

class HttpTemplatesTest : public testing::Test {
 protected:
  HttpTemplatesTest() {
    target_.url = "http://h/";
    run_.job_tag = "invoices";
    run_.input_json = R"({"id":"a/b","dots":"..","none":"","n":3,"s":"<\"&","coded":"%2E."})";
  }
  core::HttpTarget Render() {
    const absl::StatusOr<core::HttpTarget> result = RenderHttpTarget(target_, run_);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(core::HttpTarget());
  }
  std::string Fault() { return std::string(RenderHttpTarget(target_, run_).status().message()); }

  core::HttpTarget target_;
  core::ClaimedRun run_;
};

TEST_F(HttpTemplatesTest, AreFoundInEveryValue) {
  EXPECT_FALSE(HasTemplates(target_));
  const std::vector<core::HttpTarget> targets = [this] {
    std::vector<core::HttpTarget> all(5, target_);
    all[0].url = "http://h/{{a}}";
    all[1].path_params["k"] = "{{a}}";
    all[2].query["k"] = "{{a}}";
    all[3].headers["k"] = "{{a}}";
    all[4].body = "{{a}}";
    return all;
  }();
  for (const core::HttpTarget& target : targets) {
    EXPECT_TRUE(HasTemplates(target));
    const auto rendered = RenderHttpTarget(target, run_);
    EXPECT_NE(rendered.status().message().find("\"a\" is not defined"), std::string::npos);
  }
}

TEST_F(HttpTemplatesTest, EachIsEscapedForItsPlace) {
  target_.url = "http://h/{{job.tag}}/{{id}}/:p?x={{s}}";
  target_.path_params["p"] = "{{id}}";
  target_.query["q"] = "{{s}}";
  target_.headers = {{"X-Id", "{{id}} {{n}}"}};
  target_.body = R"({"n":{{n}},"s":"{{s}}"})";
  const core::HttpTarget rendered = Render();
  EXPECT_EQ(rendered.url, "http://h/invoices/a%2Fb/:p?x=%3C%22%26");
  EXPECT_EQ(rendered.path_params.at("p"), "a/b");
  EXPECT_EQ(rendered.query.at("q"), "<\"&");
  EXPECT_EQ(rendered.headers.at("X-Id"), "a/b 3");
  EXPECT_EQ(rendered.body, R"({"n":3,"s":"<\"&"})");
  EXPECT_EQ(BuildHttpRequest(rendered, run_).value().url,
            "http://h/invoices/a%2Fb/a%2Fb?x=%3C%22%26&q=%3C%22%26");
}

TEST_F(HttpTemplatesTest, NoValueChoosesTheHost) {
  for (const char* url : {"http://{{n}}/", "http://h:{{n}}/", "http://h{{#n}}.{{.}}{{/n}}/",
                          "{{#n}}http://h/{{/n}}", "http://{{n}}"}) {
    target_.url = url;
    EXPECT_EQ(Fault(), "the template of url: tags cannot stand in scheme, host and port") << url;
  }
  target_.url = "{{#n}}/{{n}}{{/n}}";
  EXPECT_EQ(Render().url, "/3");
  target_.url = "http://h?n={{n}}";
  EXPECT_EQ(Render().url, "http://h?n=3");
}

TEST_F(HttpTemplatesTest, TheConnectionsTypeCountsWhereTheTargetHasNone) {
  target_.body = "s={{s}}";
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(RenderHttpTarget(target_, run_, form).value().body, "s=%3C%22%26");
  target_.headers["Content-Type"] = "text/plain";
  EXPECT_EQ(RenderHttpTarget(target_, run_, form).value().body, "s=<\"&");
}

TEST_F(HttpTemplatesTest, BodiesAreEscapedByTheirType) {
  struct Case {
    std::string content_type;
    std::string body;
    std::string rendered;
  };
  const std::vector<Case> cases = {
      {"", "{{s}}", R"("<\"&")"},
      {"", "Text: {{s}}", "Text: <\"&"},
      {"text/plain", "{{s}}", "<\"&"},
      {"text/html", "<p>{{s}}", "<p>&lt;&quot;&amp;"},
      {"application/x-www-form-urlencoded", "s={{s}}&n={{n}}", "s=%3C%22%26&n=3"},
      {"application/json", "{{s}}", R"("<\"&")"},
  };
  for (const Case& c : cases) {
    target_.headers.clear();
    if (!c.content_type.empty()) target_.headers["content-TYPE"] = c.content_type;
    target_.body = c.body;
    EXPECT_EQ(Render().body, c.rendered) << c.content_type;
  }
}

TEST_F(HttpTemplatesTest, ValuesDoNotLeadElsewhere) {
  for (const char* url : {"http://h/{{dots}}/x", "http://h/a/{{none}}", "http://h/{{none}}/a",
                          "http://h/a/{{{dots}}}", "/{{dots}}", "http://h/{{{coded}}}/a"}) {
    target_.url = url;
    EXPECT_EQ(Fault(),
              "the template of url: a value makes a segment of the path empty, \".\" or \"..\"")
        << url;
  }
  for (const char* url : {"http://h/a/?x={{none}}", "http://h/a{{none}}/b", "http://h/?d={{dots}}",
                          "http://h/v{{dots}}", "http://h/{{dots}}{{dots}}", "http://h/{{coded}}/a",
                          "http://h/{{#nosuch}}/x{{/nosuch}}"}) {
    target_.url = url;
    EXPECT_EQ(Fault(), "") << url;
  }
}

TEST_F(HttpTemplatesTest, AnEmptyBodyDoesNotBecomeTheInput) {
  target_.body = "{{#nosuch}}x{{/nosuch}}";
  EXPECT_EQ(Fault(),
            "the template of body: it is empty for this run, which would send the run's input "
            "instead");
}

TEST_F(HttpTemplatesTest, ErrorsNameTheField) {
  target_.headers["X-Id"] = "v {{nosuch}}";
  EXPECT_EQ(
      Fault(),
      "the template of headers[X-Id]: at character 3, \"nosuch\" is not defined: the run's input "
      "has no such member");
}

}  // namespace
}  // namespace scheduler::dispatch
