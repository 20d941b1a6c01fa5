#include "scheduler/dispatch/template/template.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"

namespace scheduler::dispatch {
namespace {

// The nodes as text: literals as they are, tags in <>.
std::string Shown(std::string_view text) {
  const absl::StatusOr<Template> parsed = Template::Parse(text);
  if (!parsed.ok()) return std::string(parsed.status().message());
  std::string out;
  for (const Template::Node& node : parsed->nodes()) {
    switch (node.kind) {
      case Template::Kind::kText:
        out += node.text;
        break;
      case Template::Kind::kValue:
        out += "<" + node.text + ">";
        break;
      case Template::Kind::kRaw:
        out += "<&" + node.text + ">";
        break;
      case Template::Kind::kSection:
        out += "<#" + node.text + " " + std::to_string(node.end) + ">";
        break;
      case Template::Kind::kInverted:
        out += "<^" + node.text + " " + std::to_string(node.end) + ">";
        break;
    }
  }
  return out;
}

struct Case {
  std::string text;
  std::string shown;
};

TEST(TemplateTest, ReadsTags) {
  const std::vector<Case> cases = {
      {"", ""},
      {"plain { text }} }", "plain { text }} }"},
      {"{{a}}", "<a>"},
      {"x{{ a.b.0 }}y", "x<a.b.0>y"},
      {"{{\n a\t}}", "<a>"},
      {"{{{a}}}", "<&a>"},
      {"{{{ a }}}", "<&a>"},
      {"{{&a}}{{& b }}", "<&a><&b>"},
      {"{{.}}", "<.>"},
      {"a{{! any }thing { here }}b", "ab"},
      {"{{!}}", ""},
      {"{{#a}}x{{/a}}y", "<#a 2>xy"},
      {"{{# a }}x{{/ a }}", "<#a 2>x"},
      {"{{#a}}{{^b}}{{c}}{{/b}}{{/a}}", "<#a 3><^b 3><c>"},
      {"{{#a}}{{/a}}", "<#a 1>"},
      {R"({"a":{"n":{{n}}}})", R"({"a":{"n":<n>}})"},
      {R"([{{#l}}{"n":{{n}}},{{/l}}0])", R"([<#l 5>{"n":<n>},0])"},
      {"{{größe}} {{a-b}} {{$x}} {{@y}} {{xml:lang}} {{_z}}",
       "<größe> <a-b> <$x> <@y> <xml:lang> <_z>"},
  };
  for (const Case& c : cases) EXPECT_EQ(Shown(c.text), c.shown) << c.text;
}

TEST(TemplateTest, LeavesOutLinesOfATagAlone) {
  const std::vector<Case> cases = {
      {"a\n{{#s}}\nb\n{{/s}}\nc\n", "a\n<#s 3>b\nc\n"},
      {"a\r\n  {{#s}}\t\r\nb\r\n{{/s}}\r\nc", "a\r\n<#s 3>b\r\nc"},
      {"{{! c }}\nx", "x"},
      {"x\n  {{! c }}", "x\n"},
      {"  {{#s}}\n{{/s}}", "<#s 1>"},
      {"{{#s}} {{/s}}\n", "<#s 2> \n"},
      {"a {{#s}}\nb{{/s}}", "a <#s 3>\nb"},
      {"a\n{{v}}\nb", "a\n<v>\nb"},
      {"a\n{{{v}}}\n{{& w}}\nb", "a\n<&v>\n<&w>\nb"},
      {"{{#s}}\n\n{{/s}}\n", "<#s 2>\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(Shown(c.text), c.shown) << c.text;
}

TEST(TemplateTest, SaysWhereAndWhatWouldBeRight) {
  const std::vector<Case> cases = {
      {"ab{{c", "at character 3, {{ is not closed: add }}"},
      {"äö{{c", "at character 3, {{ is not closed: add }}"},
      {"{{{c}}", "at character 1, {{{ is not closed: add }}}, or write a space between { and {{"},
      {"x{{}}", "at character 2, there is no name between {{ and }}"},
      {"{{ # }}", "at character 1, there is no name between {{ and }}"},
      {"{{> footer}}", "at character 1, there are no partials: write the text itself"},
      {"{{=<% %>=}}", "at character 1, the delimiters cannot be changed: tags are {{name}}"},
      {"\n{{#a}}x", "at character 2, section \"a\" is not closed: add {{/a}} behind its content"},
      {"x{{/a}}",
       "at character 2, {{/a}} closes no section: open it with {{#a}} before, or leave it out"},
      {"{{#a}}{{#b}}{{/a}}{{/b}}",
       "at character 13, {{/a}} stands where section \"b\" is open: close that first, with {{/b}}"},
      {"{{a b}}",
       "at character 1, \"a b\" is not a name: names are parts of letters, digits and _ - $ @ : "
       "with "
       "dots in between"},
      {R"({{{"a":1}}})",
       "at character 1, \"\"a\":1\" is not a name: names are parts of letters, digits and _ - $ @ "
       ": "
       "with dots in between; if {{{ is not meant, write a space between { and {{"},
  };
  for (const Case& c : cases) EXPECT_EQ(Shown(c.text), c.shown) << c.text;
  for (const char* bad : {"{{a.}}", "{{.a}}", "{{a..b}}", "{{..}}", "{{a|b}}", "{{a(b)}}",
                          "{{a/b}}", "{{#if a}}{{/if}}", "{{a{{b}}", "{{'a'}}", "{{a\001}}"}) {
    EXPECT_NE(Shown(bad).find("is not a name"), std::string::npos) << bad << ": " << Shown(bad);
  }
}

TEST(TemplateTest, BoundsNamesAndNesting) {
  const std::string longest(base::limits::kMaxTemplateNameBytes, 'a');
  EXPECT_EQ(Shown("{{" + longest + "}}"), "<" + longest + ">");
  EXPECT_EQ(Shown("{{" + longest + "b}}"), "at character 1, the name is longer than 256 bytes");
  std::string open;
  std::string close;
  for (size_t i = 0; i < base::limits::kMaxTemplateDepth; ++i) {
    open += "{{#a}}";
    close += "{{/a}}";
  }
  EXPECT_TRUE(Template::Parse(open + close).ok());
  EXPECT_EQ(Shown(open + "{{#a}}{{/a}}" + close),
            "at character 97, there are more than 16 sections in each other");
}

TEST(TemplateTest, OutlineKeepsWhatIsAroundValues) {
  EXPECT_EQ(Template::Parse("a/{{b}}/{{#c}}d/{{{e}}}{{/c}}").value().Outline("1"), "a/1/d/1");
}

}  // namespace
}  // namespace scheduler::dispatch
