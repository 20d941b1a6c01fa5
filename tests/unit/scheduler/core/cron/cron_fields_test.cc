#include "scheduler/core/cron/cron_fields.h"

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

TEST(CronFieldsTest, BitsOfAWord) {
  EXPECT_EQ(FirstBit(0b10110, 0), 1);
  EXPECT_EQ(FirstBit(0b10110, 1), 1);
  EXPECT_EQ(FirstBit(0b10110, 3), 4);
  EXPECT_EQ(FirstBit(0b10110, 5), kNoBit);
  EXPECT_EQ(FirstBit(0, 0), kNoBit);
  EXPECT_EQ(FirstBit(~uint64_t{0}, 63), 63);
  EXPECT_EQ(LastBitBelow(0b10110, 63), 4);
  EXPECT_EQ(LastBitBelow(0b10110, 4), 2);
  EXPECT_EQ(LastBitBelow(0b10110, 1), -1);
  EXPECT_EQ(LastBitBelow(0b10110, 0), -1);
  EXPECT_EQ(BitRange(0, 59), (uint64_t{1} << 60) - 1);
  EXPECT_EQ(BitRange(3, 5), 0b111000U);
}

TEST(CronFieldsTest, YearsForwardAndBackward) {
  CronYears years;
  for (const int year : {1970, 2033, 2034, 2199}) years.Add(year);
  for (int year = 1960; year <= 2210; ++year) {
    const bool has = year == 1970 || year == 2033 || year == 2034 || year == 2199;
    EXPECT_EQ(years.Has(year), has) << year;
    EXPECT_EQ(years.From(year), year <= 1970   ? 1970
                                : year <= 2033 ? 2033
                                : year <= 2034 ? 2034
                                : year <= 2199 ? 2199
                                               : 2200)
        << year;
    EXPECT_EQ(years.Until(year), year >= 2199   ? 2199
                                 : year >= 2034 ? 2034
                                 : year >= 2033 ? 2033
                                 : year >= 1970 ? 1970
                                                : 1969)
        << year;
  }
  EXPECT_EQ(CronYears().From(1970), 2200);
  EXPECT_EQ(CronYears().Until(2199), 1969);
  EXPECT_EQ(CronYears::All().From(2050), 2050);
}

TEST(CronFieldsTest, Names) {
  EXPECT_EQ(ValueOfCronName(CronField::kMonth, "jan"), 1);
  EXPECT_EQ(ValueOfCronName(CronField::kMonth, "DEC"), 12);
  EXPECT_EQ(ValueOfCronName(CronField::kWeekday, "Sun"), 0);
  EXPECT_EQ(ValueOfCronName(CronField::kWeekday, "SAT"), 6);
  EXPECT_EQ(ValueOfCronName(CronField::kWeekday, "JAN"), -1);
  EXPECT_EQ(ValueOfCronName(CronField::kHour, "JAN"), -1);
  EXPECT_EQ(ValueOfCronName(CronField::kMonth, "JA"), -1);
  EXPECT_EQ(ValueOfCronName(CronField::kMonth, ""), -1);
}

}  // namespace
}  // namespace scheduler::core
