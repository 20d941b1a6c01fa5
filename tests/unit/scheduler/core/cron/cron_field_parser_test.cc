#include "scheduler/core/cron/cron_field_parser.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

absl::StatusOr<CronFieldValue> Parse(const std::string& text, CronField field, uint64_t seed = 0) {
  return ParseCronField(CronSource(text), 0, text.size(), field, seed);
}

// The values as they are written, the weekday from 0 to 6.
std::vector<int> ValuesOf(const std::string& text, CronField field, uint64_t seed = 0) {
  const absl::StatusOr<CronFieldValue> value = Parse(text, field, seed);
  EXPECT_TRUE(value.ok()) << text << ": " << value.status();
  std::vector<int> values;
  for (size_t i = 0; value.ok() && i < value->values.size(); ++i) {
    if (value->values[i]) values.push_back(static_cast<int>(i) + InfoOf(field).low);
  }
  return values;
}

using Values = std::vector<int>;

TEST(CronFieldParserTest, Values) {
  EXPECT_EQ(ValuesOf("5", CronField::kMinute), Values({5}));
  EXPECT_EQ(ValuesOf("5-8", CronField::kMinute), Values({5, 6, 7, 8}));
  EXPECT_EQ(ValuesOf("50-59/4", CronField::kSecond), Values({50, 54, 58}));
  EXPECT_EQ(ValuesOf("*/6", CronField::kHour), Values({0, 6, 12, 18}));
  EXPECT_EQ(ValuesOf("*/10", CronField::kDay), Values({1, 11, 21, 31}));
  EXPECT_EQ(ValuesOf("jan-MAR,12", CronField::kMonth), Values({1, 2, 3, 12}));
  EXPECT_EQ(ValuesOf("SUN,6-7", CronField::kWeekday), Values({0, 6}));
  EXPECT_EQ(ValuesOf("1970,2199", CronField::kYear), Values({1970, 2199}));
  EXPECT_EQ(ValuesOf("*", CronField::kYear).size(), 230U);
}

TEST(CronFieldParserTest, StarIsTheWholeField) {
  EXPECT_TRUE(Parse("*", CronField::kDay)->star);
  EXPECT_TRUE(Parse("?", CronField::kWeekday)->star);
  EXPECT_TRUE(Parse("+*", CronField::kWeekday)->star);
  EXPECT_FALSE(Parse("*/2", CronField::kDay)->star);
  EXPECT_FALSE(Parse("*,1", CronField::kDay)->star);
  EXPECT_FALSE(Parse("1-31", CronField::kDay)->star);
}

TEST(CronFieldParserTest, Extras) {
  const CronFieldValue day = *Parse("L,L-2,7", CronField::kDay);
  EXPECT_EQ(day.extras.from_last, 0b101U);
  EXPECT_EQ(day.values.count(), 1U);
  EXPECT_EQ(Parse("9W", CronField::kDay)->extras.nearest, 1U << 9);
  EXPECT_TRUE(Parse("LW", CronField::kDay)->extras.last_workday);
  const CronFieldValue weekday = *Parse("+MON#2,5L,7#L,3", CronField::kWeekday);
  EXPECT_TRUE(weekday.plus);
  EXPECT_EQ(weekday.extras.nth[1], 1 << 1);
  EXPECT_EQ(weekday.extras.last, 1 << 5 | 1 << 0);
  EXPECT_EQ(weekday.values.count(), 1U);
}

TEST(CronFieldParserTest, SpreadOfAField) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_EQ(ValuesOf("H", CronField::kDay, seed).size(), 1U);
    EXPECT_LE(ValuesOf("H", CronField::kDay, seed)[0], 28);
    EXPECT_GE(ValuesOf("H(29-31)", CronField::kDay, seed)[0], 29);
    EXPECT_EQ(ValuesOf("H/1", CronField::kDay, seed).size(), 31U);
    EXPECT_EQ(ValuesOf("H(3-3)", CronField::kHour, seed), Values({3}));
    const Values hours = ValuesOf("H(0-11)/3", CronField::kHour, seed);
    EXPECT_EQ(hours.size(), 4U);
    EXPECT_EQ(hours[3] - hours[0], 9);
  }
}

// Positions count from the text's beginning, not from the field's.
TEST(CronFieldParserTest, ErrorsAreInTheWholeText) {
  const std::string text = "0 9-25 *";
  const auto value = ParseCronField(CronSource(text), 2, 6, CronField::kHour, 0);
  EXPECT_EQ(value.status().message(), "at character 5: \"25\" is beyond 23, the last hour");
}

}  // namespace
}  // namespace scheduler::core
