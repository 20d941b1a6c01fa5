#include "client/jobctl/parse/calendar_parts.h"

#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Calendar;

// What is read, as it is written; the message if it is refused.
std::string Again(const std::string& text) {
  const absl::StatusOr<Calendar::WeeklyHours> hours = ParseWeeklyHours(text);
  return hours.ok() ? WeeklyHoursText(*hours) : std::string(hours.status().message());
}

TEST(WeeklyHoursTest, DaysAreNamedOneByOneOrInARow) {
  EXPECT_EQ(Again("MON"), "MON");
  EXPECT_EQ(Again("monday,Sat"), "MON,SAT");
  EXPECT_EQ(Again("MON-FRI"), "MON-FRI");
  EXPECT_EQ(Again("MON-MON"), "MON");
  EXPECT_EQ(Again("SAT-SUN"), "SAT,SUN");
  EXPECT_EQ(Again("FRI-TUE"), "MON,TUE,FRI-SUN");
  EXPECT_EQ(Again("MON-SUN"), "MON-SUN");
  EXPECT_EQ(Again("SUN,WED,TUE,MON,WED"), "MON-WED,SUN");
}

TEST(WeeklyHoursTest, HoursFollowTheDays) {
  EXPECT_EQ(Again("MON-FRI 22:00-24:00"), "MON-FRI 22:00-24:00");
  EXPECT_EQ(Again("  SUN   00:00-06:30 "), "SUN 00:00-06:30");
  EXPECT_EQ(Again("SUN 00:00-24:00"), "SUN");
  // Whether these are times is for the server to say.
  EXPECT_EQ(Again("SUN 9-5"), "SUN 9-5");
}

TEST(WeeklyHoursTest, OtherTextsAreRefused) {
  for (const char* text : {"", " ", "MON 22:00", "MON 1-2-3", "MON 22:00 - 24:00"}) {
    EXPECT_EQ(Again(text), "\"" + std::string(text) +
                               "\" is not DAYS or DAYS FROM-TO such as MON-FRI 22:00-24:00");
  }
  EXPECT_EQ(Again("MO"), "\"MO\" is none of MON, TUE … SUN");
  EXPECT_EQ(Again("MON,"), "\"\" is none of MON, TUE … SUN");
  EXPECT_EQ(Again("-FRI"), "\"\" is none of MON, TUE … SUN");
  EXPECT_EQ(Again("MON-"), "\"\" is none of MON, TUE … SUN");
  EXPECT_EQ(Again("MON-WED-FRI"), "\"WED-FRI\" is none of MON, TUE … SUN");
}

TEST(DateRangeTest, HasTwoEnds) {
  const auto range = ParseDateRange("2026-12-24..2027-01-01");
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->first_date(), "2026-12-24");
  EXPECT_EQ(DateRangeText(*range), "2026-12-24..2027-01-01");
  for (const char* text : {"", "2026-12-24", "2026-12-24-2027-01-01", "a..b..c"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseDateRange(text).status())) << text;
  }
}

}  // namespace
}  // namespace jobctl
