#include "scheduler/core/cron/cron_days.h"

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

constexpr uint32_t Day(int day) { return uint32_t{1} << day; }

CronDays NoDays() {
  CronDays days;
  days.days = 0;
  return days;
}

CronDays NoWeekdays() {
  CronDays days;
  days.weekdays = 0;
  return days;
}

TEST(CronDaysTest, TheCalendarIsAbslsOwn) {
  for (int year = 1968; year <= 2404; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const absl::CivilMonth m(year, month);
      ASSERT_EQ(MonthLength(year, month), absl::CivilDay(m + 1) - absl::CivilDay(m));
      const int weekday = (static_cast<int>(absl::GetWeekday(absl::CivilDay(m))) + 1) % 7;
      ASSERT_EQ(WeekdayOfFirst(year, month), weekday) << m;
    }
  }
}

TEST(CronDaysTest, DaysThatTheMonthDoesNotHave) {
  CronDays days = NoDays();
  days.days = Day(29) | Day(30) | Day(31);
  EXPECT_EQ(DaysOfMonth(days, 2027, 1), Day(29) | Day(30) | Day(31));
  EXPECT_EQ(DaysOfMonth(days, 2027, 4), Day(29) | Day(30));
  EXPECT_EQ(DaysOfMonth(days, 2027, 2), 0U);
  EXPECT_EQ(DaysOfMonth(days, 2028, 2), Day(29));
  EXPECT_EQ(DaysOfMonth(days, 2100, 2), 0U);
}

TEST(CronDaysTest, FromTheLast) {
  CronDays days = NoDays();
  days.from_last = 1;
  EXPECT_EQ(DaysOfMonth(days, 2027, 2), Day(28));
  EXPECT_EQ(DaysOfMonth(days, 2028, 2), Day(29));
  days.from_last = 1 << 3;
  EXPECT_EQ(DaysOfMonth(days, 2027, 4), Day(27));
  days.from_last = 1U << 30;  // L-30: only where there are 31
  EXPECT_EQ(DaysOfMonth(days, 2027, 1), Day(1));
  EXPECT_EQ(DaysOfMonth(days, 2027, 4), 0U);
  EXPECT_EQ(DaysOfMonth(days, 2027, 2), 0U);
}

TEST(CronDaysTest, NearestWorkday) {
  CronDays days = NoDays();
  days.nearest = Day(1);
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(2));  // Sunday the 1st
  EXPECT_EQ(DaysOfMonth(days, 2026, 8), Day(3));   // Saturday the 1st
  EXPECT_EQ(DaysOfMonth(days, 2026, 7), Day(1));   // Wednesday
  days.nearest = Day(15);
  EXPECT_EQ(DaysOfMonth(days, 2026, 8), Day(14));   // Saturday
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(16));  // Sunday
  days.nearest = Day(31);
  EXPECT_EQ(DaysOfMonth(days, 2026, 5), Day(29));   // Sunday the 31st: back, not into June
  EXPECT_EQ(DaysOfMonth(days, 2026, 10), Day(30));  // Saturday
  EXPECT_EQ(DaysOfMonth(days, 2026, 4), 0U);        // no 31st, so none near it
  days.nearest = Day(28);
  EXPECT_EQ(DaysOfMonth(days, 2027, 2), Day(26));  // Sunday, the last of February
}

TEST(CronDaysTest, LastWorkday) {
  CronDays days = NoDays();
  days.last_workday = true;
  EXPECT_EQ(DaysOfMonth(days, 2026, 5), Day(29));   // ends on a Sunday
  EXPECT_EQ(DaysOfMonth(days, 2026, 10), Day(30));  // ends on a Saturday
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(30));  // ends on a Monday
}

TEST(CronDaysTest, Weekdays) {
  CronDays days = NoWeekdays();
  days.weekdays = 1 << 1;  // Mondays; 2026-11-02 is one
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(2) | Day(9) | Day(16) | Day(23) | Day(30));
  days.weekdays = 0;
  days.nth[4] = 1 << 1;
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(30));
  EXPECT_EQ(DaysOfMonth(days, 2026, 12), 0U);
  days.nth[4] = 0;
  days.nth[0] = 1 << 0;
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(1));
  days.nth[0] = 0;
  days.last = 1 << 5;
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(27));
}

TEST(CronDaysTest, EitherAndBoth) {
  CronDays days;
  days.days = Day(1) | Day(2);
  days.weekdays = 1 << 1;
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(2));
  days.either = true;
  EXPECT_EQ(DaysOfMonth(days, 2026, 11), Day(1) | Day(2) | Day(9) | Day(16) | Day(23) | Day(30));
}

TEST(CronDaysTest, NormalizedDropsWhatIsContained) {
  CronDays days;
  days.from_last = 1;
  days.nearest = Day(3);
  days.last_workday = true;
  days.last = 2;
  days.nth[2] = 4;
  EXPECT_EQ(Normalized(days), CronDays());

  CronDays either;
  either.either = true;
  either.weekdays = 2;
  EXPECT_EQ(Normalized(either), CronDays());

  CronDays kept;
  kept.days = Day(5);
  kept.from_last = 1;
  kept.weekdays = 2;
  kept.nth[0] = 4;
  kept.either = true;
  EXPECT_EQ(Normalized(kept), kept);
}

}  // namespace
}  // namespace scheduler::core
