#include "scheduler/dispatch/template/check_template.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

TEST(CheckTemplateTest, TakesWhatSomeRunCanFillIn) {
  for (const char* good :
       {"", "plain", "}}", "{{a}}", "{{job.tag}}", "{{run.id}}", "{{input.job.nosuch}}", "{{job}}",
        "{{#any.thing}}{{x}}{{/any.thing}}", "{{^job.env}}x{{/job.env}}", "{{.}}"}) {
    EXPECT_TRUE(CheckTemplate("f", good, Landing::kText).ok()) << good;
  }
  EXPECT_TRUE(CheckTemplate("f", R"({"a\\":"\n{{a}}\t"})", Landing::kJson).ok());
  EXPECT_TRUE(CheckTemplate("f", "\"\\{{a}}", Landing::kText).ok());
  EXPECT_TRUE(CheckTemplate("f", "{{secrets.x}}", Landing::kText, Secrets::kByName).ok());
}

TEST(CheckTemplateTest, NamesFieldCharacterAndWhatWouldBeRight) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"Hi {{name", "at character 4, {{ is not closed: add }}"},
      {"{{job.nosuch}}",
       "at character 1, \"job.nosuch\" is not defined: there are job.tag, job.name, job.product, "
       "job.env, and input.job for the input's member"},
      {"ü{{#run.nosuch}}{{/run.nosuch}}",
       "at character 2, \"run.nosuch\" is not defined: there are run.id, run.number, run.attempt, "
       "run.scheduled_time, run.trigger, and input.run for the input's member"},
      {"{{secrets.x}}",
       "at character 1, templates cannot name secrets here: input.secrets is the input's member"},
      {R"({"a":"\{{b}}"})",
       "at character 8, a value cannot stand behind a backslash: leave the backslash out"},
  };
  for (const Case& c : cases) {
    const absl::Status status = CheckTemplate("event.http.body", c.text, Landing::kJson);
    EXPECT_EQ(status.message(), "event.http.body is not a valid template: " + c.message);
    const base::errors::Detail detail = base::errors::DetailOf(status);
    EXPECT_EQ(detail.reason, "TEMPLATE_INVALID");
    EXPECT_EQ(detail.field, "event.http.body");
  }
}

TEST(CheckTemplateTest, SecretsStandInValuesOnly) {
  for (const char* bad : {"{{#secrets.x}}{{/secrets.x}}", "{{secrets}}", "{{secrets.a.b}}"}) {
    EXPECT_EQ(base::errors::ReasonOf(CheckTemplate("f", bad, Landing::kText, Secrets::kByName)),
              "TEMPLATE_INVALID")
        << bad;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
