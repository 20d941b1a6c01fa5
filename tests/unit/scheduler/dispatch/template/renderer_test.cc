#include "scheduler/dispatch/template/renderer.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

constexpr char kInput[] = R"({
  "name": "Ada & \"Bob\" <x>", "line": "a\nb", "path": "a/b?c=ü", "empty": "", "zero": 0, "no": false,
  "yes": true, "none": null, "n": 1.5, "list": [1, "two", {"three": 3}], "nothing": [], "hollow": {},
  "person": {"name": "Eve", "address": {"city": "Lagos"}}, "job": "mine",
  "items": [{"sku": "A", "tags": ["x", "y"], "job": "own"}, {"sku": "B", "tags": []}],
  "nested": [[1, 2], [3]], "template": "{{name}}"
})";

class RendererTest : public testing::Test {
 protected:
  RendererTest() {
    run_.job_tag = "invoices";
    run_.attempt = 2;
    run_.input_json = kInput;
  }
  // The result, or the error's message.
  std::string Render(std::string_view text, Landing landing = Landing::kText) {
    const absl::StatusOr<std::string> result =
        Renderer(run_, options_).Render("body", text, landing);
    if (result.ok()) return *result;
    EXPECT_TRUE(absl::IsInvalidArgument(result.status())) << result.status();
    return std::string(result.status().message());
  }

  core::ClaimedRun run_;
  RenderOptions options_;
};

struct Case {
  std::string text;
  std::string rendered;
};

TEST_F(RendererTest, PutsValuesIntoText) {
  const std::vector<Case> cases = {
      {"as it is }}", "as it is }}"},
      {"Hi {{name}}!", "Hi Ada & \"Bob\" <x>!"},
      {"{{{name}}} {{&name}}", "Ada & \"Bob\" <x> Ada & \"Bob\" <x>"},
      {"{{zero}} {{n}} {{no}} {{yes}} {{none}} {{empty}}|", "0 1.5 false true null |"},
      {"{{person.address.city}} {{list.2.three}} {{list.1}}", "Lagos 3 two"},
      {"{{list}} {{person}}", R"([1,"two",{"three":3}] {"address":{"city":"Lagos"},"name":"Eve"})"},
      {"{{job.tag}} {{run.attempt}} {{input.job}}", "invoices 2 mine"},
      // A value is not looked into again.
      {"{{template}}", "{{name}}"},
  };
  for (const Case& c : cases) EXPECT_EQ(Render(c.text), c.rendered) << c.text;
}

TEST_F(RendererTest, PassesThroughSections) {
  const std::vector<Case> cases = {
      {"{{#items}}{{sku}}:{{#tags}}{{.}}{{/tags}};{{/items}}", "A:xy;B:;"},
      {"{{#items}}{{^tags}}{{sku}} has none{{/tags}}{{/items}}", "B has none"},
      {"{{#person}}{{name}} of {{address.city}}, {{n}}{{/person}}", "Eve of Lagos, 1.5"},
      {"{{#yes}}y{{.}}{{/yes}}{{#n}}{{.}}{{/n}}{{#name}}!{{/name}}", "ytrue1.5!"},
      {"{{#no}}a{{/no}}{{#none}}b{{/none}}{{#empty}}c{{/empty}}{{#nothing}}d{{/nothing}}", ""},
      {"{{^no}}a{{/no}}{{^none}}b{{/none}}{{^empty}}c{{/empty}}{{^nothing}}d{{/nothing}}", "abcd"},
      {"{{#zero}}0 is something{{/zero}}{{#hollow}}, {} too{{/hollow}}", "0 is something, {} too"},
      {"{{^zero}}x{{/zero}}{{^hollow}}x{{/hollow}}{{^yes}}x{{/yes}}{{^items}}x{{/items}}", ""},
      {"{{#nested}}({{#.}}{{.}}{{/.}}|{{0}}){{/nested}}", "(12|1)(3|3)"},
      {"{{#list.2}}{{three}}{{/list.2}}", "3"},
      // Reserved names are the run's, everywhere.
      {"{{#items}}{{job.tag}} {{/items}}", "invoices invoices "},
      {"{{#job}}{{tag}}{{/job}}", "invoices"},
      {"<ul>\n{{#items}}\n  <li>{{sku}}</li>\n{{/items}}\n</ul>\n",
       "<ul>\n  <li>A</li>\n  <li>B</li>\n</ul>\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(Render(c.text), c.rendered) << c.text;
}

TEST_F(RendererTest, TheInputIsWhatIsOutside) {
  run_.input_json = R"({"a":1})";
  EXPECT_EQ(Render("{{.}} {{input}}"), R"({"a":1} {"a":1})");
  run_.input_json = "";
  EXPECT_EQ(Render("{{.}}"), "{}");
}

TEST_F(RendererTest, UndefinedIsAnErrorOutsideOfASectionsTag) {
  EXPECT_EQ(Render("Hi {{nmae}}"),
            "the template of body: at character 4, \"nmae\" is not defined: the run's input has no "
            "such member");
  EXPECT_EQ(
      Render("ü{{{person.street}}}"),
      "the template of body: at character 2, \"person.street\" is not defined: the run's input "
      "has no such member");
  // The inner `person` is meant, and it has no such member.
  run_.input_json = R"({"person":{"x":1},"l":[{"person":{}}]})";
  EXPECT_EQ(Render("{{#l}}{{person.x}}{{/l}}"),
            "the template of body: at character 7, \"person.x\" is not defined");
  EXPECT_EQ(Render("{{#nosuch}}{{nosuch}}{{/nosuch}}{{^nosuch}}none{{/nosuch}}"), "none");
  EXPECT_EQ(Render("{{#a.b.c}}{{.}}{{/a.b.c}}{{^person.y}}-{{/person.y}}"), "-");
  EXPECT_EQ(Render("{{broken"), "the template of body: at character 1, {{ is not closed: add }}");
  EXPECT_EQ(
      Render("{{job.nosuch}}"),
      "the template of body: at character 1, \"job.nosuch\" is not defined: there are job.tag, "
      "job.name, job.product, job.env, and input.job for the input's member");
}

TEST_F(RendererTest, EscapesByLanding) {
  struct Landed {
    Landing landing;
    std::string text;
    std::string rendered;
  };
  const std::vector<Landed> cases = {
      {Landing::kUrl, "http://h/{{path}}?q={{name}}",
       "http://h/a%2Fb%3Fc%3D%C3%BC?q=Ada%20%26%20%22Bob%22%20%3Cx%3E"},
      {Landing::kUrl, "{{{path}}} {{list}}",
       "a/b?c=\xC3\xBC %5B1%2C%22two%22%2C%7B%22three%22%3A3%7D%5D"},
      {Landing::kHtml, "<b>{{name}}</b>{{{name}}}",
       "<b>Ada &amp; &quot;Bob&quot; &lt;x&gt;</b>Ada & \"Bob\" <x>"},
      {Landing::kHeader, "v={{name}}", "v=Ada & \"Bob\" <x>"},
      {Landing::kJson, R"({"a":"Hi {{name}}"})", R"({"a":"Hi Ada & \"Bob\" <x>"})"},
      {Landing::kJson, R"({"a":{{name}},"b":{{line}}})", R"({"a":"Ada & \"Bob\" <x>","b":"a\nb"})"},
      {Landing::kJson, R"({"a":{{n}},"b":{{none}},"c":{{yes}},"d":{{hollow}}})",
       R"({"a":1.5,"b":null,"c":true,"d":{}})"},
      {Landing::kJson, R"({"a":"{{n}} {{none}} {{list}}"})",
       R"({"a":"1.5 null [1,\"two\",{\"three\":3}]"})"},
      {Landing::kJson, R"({"\"":{{line}},"x\\":"{{line}}"})", R"({"\"":"a\nb","x\\":"a\nb"})"},
      {Landing::kJson, R"([{{#items}}{"sku":{{sku}}},{{/items}}null])",
       R"([{"sku":"A"},{"sku":"B"},null])"},
      {Landing::kJson, "{{person}}", R"({"address":{"city":"Lagos"},"name":"Eve"})"},
      // As it is, and so the author's to get right; what follows is escaped for where it then
      // stands.
      {Landing::kJson, R"([{{{name}}}, {{line}}])", R"([Ada & "Bob" <x>, "a\nb"])"},
  };
  for (const Landed& c : cases) EXPECT_EQ(Render(c.text, c.landing), c.rendered) << c.text;
}

TEST_F(RendererTest, SomeValuesCannotStandSomewhere) {
  EXPECT_EQ(Render("x{{line}}", Landing::kHeader),
            "the template of body: at character 2, the value of \"line\" has a control character, "
            "which no header can have");
  EXPECT_NE(Render("{{{line}}}", Landing::kHeader).find("control character"), std::string::npos);
  EXPECT_EQ(Render(R"({"a":"\{{name}}"})", Landing::kJson),
            "the template of body: at character 8, a value cannot stand behind a backslash");
  EXPECT_EQ(Render(R"("\u00{{n}}")", Landing::kJson),
            "the template of body: at character 6, a value cannot stand behind a backslash");
}

TEST_F(RendererTest, SecretsComeFromTheHook) {
  EXPECT_EQ(
      Render("{{secrets.token}}"),
      "the template of body: at character 1, \"secrets.token\" is not defined: no secrets are "
      "to be had");
  std::vector<std::string> asked;
  options_.read_secret = [&asked](std::string_view name) -> absl::StatusOr<base::SecretText> {
    asked.emplace_back(name);
    if (name == "gone") return absl::UnavailableError("it is gone");
    return base::SecretText("s\"1");
  };
  EXPECT_EQ(Render("{{secrets.token}}"), "s\"1");
  EXPECT_EQ(Render(R"({"k":"{{secrets.token}}"})", Landing::kJson), R"({"k":"s\"1"})");
  EXPECT_EQ(Render("{{secrets.token}}", Landing::kUrl), "s%221");
  EXPECT_EQ(asked, (std::vector<std::string>{"token", "token", "token"}));
  const absl::Status gone =
      Renderer(run_, options_).Render("body", "{{secrets.gone}}", Landing::kText).status();
  EXPECT_EQ(gone, absl::UnavailableError("the template of body: it is gone"));
  EXPECT_NE(Render("{{#secrets.token}}x{{/secrets.token}}").find("cannot be asked for"),
            std::string::npos);
  EXPECT_NE(Render("{{secrets}}").find("is not defined"), std::string::npos);
  // The input's own is a member as others are.
  run_.input_json = R"({"secrets":{"token":"mine"}})";
  EXPECT_EQ(Render("{{input.secrets.token}}"), "mine");
}

TEST_F(RendererTest, SomeTextsTakeNoSecret) {
  options_.read_secret = [](std::string_view) { return base::SecretText("s3cret"); };
  const Renderer renderer(run_, options_);
  const absl::Status status =
      renderer.RenderWithoutSecrets("to", "{{secrets.token}}", Landing::kText).status();
  EXPECT_EQ(status.message(),
            "the template of to: at character 1, \"secrets.token\" is not defined: no secrets are "
            "to be had");
  EXPECT_EQ(*renderer.RenderWithoutSecrets("to", "{{job.tag}}", Landing::kText), "invoices");
  EXPECT_EQ(*renderer.RenderWithoutSecrets("to", "as it is", Landing::kText), "as it is");
}

}  // namespace
}  // namespace scheduler::dispatch
