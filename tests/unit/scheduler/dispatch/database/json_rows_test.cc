#include "scheduler/dispatch/database/json_rows.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

using Operation = DatabaseCall::Operation;

TEST(JsonRowsTest, WritesRowsAndNumbers) {
  JsonRows rows;
  rows.SetColumns({"a", "b", "a", "a"});
  rows.AddRow([](size_t column) { return std::to_string(column); });
  const AttemptResult read = rows.Complete(Operation::kRead, 1);
  EXPECT_EQ(read.output->output, R"([{"a":0,"b":1,"a_2":2,"a_3":3}])");
  EXPECT_FALSE(read.output->truncated);
  EXPECT_EQ(rows.Complete(Operation::kUpdate, 7).output->output,
            R"({"affected":7,"rows":[{"a":0,"b":1,"a_2":2,"a_3":3}]})");
  EXPECT_EQ(support::CodeOf(rows.Complete(Operation::kCount, 1)), "VALIDATION");
  EXPECT_EQ(JsonRows().Complete(Operation::kRead, 3).output->output, R"({"affected":3})");
}

TEST(JsonRowsTest, CountsNeedOneWholeNumber) {
  JsonRows rows;
  rows.SetColumns({"count"});
  EXPECT_EQ(support::CodeOf(rows.Complete(Operation::kCount, 0)), "VALIDATION");
  rows.AddRow([](size_t) { return "17"; });
  EXPECT_EQ(rows.Complete(Operation::kCount, 1).output->output, R"({"count":17})");
  rows.AddRow([](size_t) { return "18"; });
  EXPECT_EQ(support::CodeOf(rows.Complete(Operation::kCount, 2)), "VALIDATION");
}

TEST(JsonRowsTest, KeepsWholeRowsThatFit) {
  JsonRows rows;
  rows.SetColumns({"a"});
  for (int i = 0; i < 1000; ++i) rows.AddRow([](size_t) { return JsonText("0123456789"); });
  const AttemptResult result = rows.Complete(Operation::kRead, 1000);
  EXPECT_TRUE(result.output->truncated);
  EXPECT_LE(result.output->output.size(), static_cast<size_t>(base::limits::kMaxOutputBytes));
  EXPECT_EQ(result.output->output.substr(result.output->output.size() - 3), "\"}]");
}

TEST(JsonRowsTest, TextsAndNumbersAreJson) {
  EXPECT_EQ(JsonText("a\"\n\xff"), "\"a\\\"\\n\xef\xbf\xbd\"");
  EXPECT_EQ(JsonNumber("1.50"), "1.50");
  EXPECT_EQ(JsonNumber("NaN"), "\"NaN\"");
  EXPECT_EQ(JsonNumber("-Infinity"), "\"-Infinity\"");
  EXPECT_EQ(JsonNumber("007"), "\"007\"");
}

}  // namespace
}  // namespace scheduler::dispatch
