#include "scheduler/dispatch/function/lambda_rules.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

core::LambdaTarget Target() {
  core::LambdaTarget target;
  target.connection = "cloud";
  target.function = "report";
  return target;
}

std::string ReasonFor(const core::LambdaTarget& target) {
  return base::errors::ReasonOf(CheckLambdaTarget(target));
}

TEST(LambdaRulesTest, TakesNamesAndArnsWithAndWithoutQualifier) {
  core::LambdaTarget target = Target();
  for (const std::string name :
       {"report", "report:live", "report:$LATEST", "a-b_c.d:7", "123456789012:function:report",
        "arn:aws:lambda:eu-central-1:123456789012:function:report:live"}) {
    target.function = name;
    EXPECT_TRUE(CheckLambdaTarget(target).ok()) << name;
  }
  target.function = std::string(170, 'a');
  EXPECT_TRUE(CheckLambdaTarget(target).ok());
  target.function += 'a';
  EXPECT_EQ(ReasonFor(target), "FIELD_TOO_LARGE");
  target.function.clear();
  EXPECT_EQ(ReasonFor(target), "FIELD_REQUIRED");
  for (const std::string name : {"a b", "a/b", "a?b", "ä", "a\n"}) {
    target.function = name;
    EXPECT_EQ(ReasonFor(target), "FIELD_INVALID") << name;
  }
  target = Target();
  target.connection.clear();
  EXPECT_EQ(ReasonFor(target), "FIELD_REQUIRED");
}

TEST(LambdaRulesTest, ABodyIsJson) {
  core::LambdaTarget target = Target();
  for (const std::string body : {"{}", "[1]", "\"text\"", "17", "{{input}}", "{\"a\":{{{b}}}}"}) {
    target.body = body;
    EXPECT_TRUE(CheckLambdaTarget(target).ok()) << body;
  }
  for (const std::string body : {"text", "{\"a\":}", "{} {}"}) {
    target.body = body;
    EXPECT_EQ(ReasonFor(target), "FIELD_INVALID") << body;
  }
  target.body = "\"" + std::string(64 * 1024, 'a') + "\"";
  EXPECT_EQ(ReasonFor(target), "FIELD_TOO_LARGE");
  // Nested as deep as its sender likes.
  target.body = std::string(30'000, '[') + std::string(30'000, ']');
  EXPECT_TRUE(CheckLambdaTarget(target).ok());
}

}  // namespace
}  // namespace scheduler::dispatch
