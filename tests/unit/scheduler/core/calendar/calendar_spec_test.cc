#include "scheduler/core/calendar/calendar_spec.h"

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"

namespace scheduler::core {
namespace {

using absl::CivilDay;
using testing::HasSubstr;

void ExpectError(const absl::Status& status, std::string_view field, std::string_view what) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(base::errors::DetailOf(status).field, field) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(what)));
}

TEST(CalendarTextTest, ReadsDates) {
  EXPECT_EQ(ParseDate("2026-12-25", "d").value(), CivilDay(2026, 12, 25));
  EXPECT_EQ(ParseDate("2028-02-29", "d").value(), CivilDay(2028, 2, 29));
  EXPECT_EQ(ParseDate("1970-01-01", "d").value(), CivilDay(1970, 1, 1));
  EXPECT_EQ(ParseDate("2199-12-31", "d").value(), CivilDay(2199, 12, 31));
}

TEST(CalendarTextTest, SaysWhatDateWouldBeRight) {
  for (const char* text : {"", "2026-12-5", "2026/12/25", "25.12.2026", "2026-12-25 ", "2026-1a-25",
                           "+026-12-25", "２026-12-25", "2026-12-25T00:00:00Z"}) {
    ExpectError(ParseDate(text, "dates[3]").status(), "dates[3]", "YYYY-MM-DD such as 2026-12-25");
  }
  ExpectError(ParseDate("2027-02-29", "d").status(), "d", "exists, which 2027-02-29 does not");
  ExpectError(ParseDate("2026-13-01", "d").status(), "d", "exists, which 2026-13-01 does not");
  ExpectError(ParseDate("2026-00-10", "d").status(), "d", "exists");
  ExpectError(ParseDate("1969-12-31", "d").status(), "d", "1970-01-01 to 2199-12-31");
  ExpectError(ParseDate("2200-01-01", "d").status(), "d", "not 2200-01-01");
}

TEST(CalendarTextTest, ReadsDaysOfTheYear) {
  EXPECT_EQ(ParseYearlyDate("12-25", "y").value(), (YearlyDate{12, 25}));
  EXPECT_EQ(ParseYearlyDate("02-29", "y").value(), (YearlyDate{2, 29}));
  ExpectError(ParseYearlyDate("02-30", "y").status(), "y", "exists, which 02-30 does not");
  ExpectError(ParseYearlyDate("00-01", "y").status(), "y", "exists");
  ExpectError(ParseYearlyDate("12-00", "y").status(), "y", "exists");
  for (const char* text : {"", "1225", "12.25", "12-5", "2026-12-25", "--12-25"}) {
    ExpectError(ParseYearlyDate(text, "y").status(), "y", "MM-DD such as 12-25");
  }
}

TEST(CalendarTextTest, ReadsTimesOfDay) {
  EXPECT_EQ(ParseTimeOfDay("00:00", "t").value(), 0);
  EXPECT_EQ(ParseTimeOfDay("09:30", "t").value(), 570);
  EXPECT_EQ(ParseTimeOfDay("23:59", "t").value(), 1439);
  EXPECT_EQ(ParseTimeOfDay("24:00", "t").value(), 1440);
  for (const char* text : {"", "9:30", "24:01", "25:00", "12:60", "09:30:00", "09-30", "-1:30"}) {
    ExpectError(ParseTimeOfDay(text, "t").status(), "t", "HH:MM, from 00:00 to 24:00");
  }
}

TEST(CalendarTextTest, WritersGiveBackWhatReadersRead) {
  EXPECT_EQ(DateText(ParseDate("2026-02-05", "d").value()), "2026-02-05");
  EXPECT_EQ(YearlyDateText(ParseYearlyDate("02-05", "y").value()), "02-05");
  for (int minute = 0; minute <= kDayMinutes; ++minute) {
    EXPECT_EQ(ParseTimeOfDay(TimeOfDayText(minute), "t").value(), minute);
  }
}

TEST(CheckCoveredTest, AcceptsWhatIsWellFormed) {
  CalendarSpec spec;
  EXPECT_TRUE(CheckCovered(spec).ok());
  spec.dates = {CivilDay(2026, 12, 25), CivilDay(2026, 12, 25), CivilDay(1970, 1, 1)};
  spec.date_ranges = {{CivilDay(2026, 8, 1), CivilDay(2026, 8, 1)}};
  spec.yearly_dates = {{2, 29}};
  spec.weekly_hours = {{127, 0, 1440}, {1, 1439, 1440}};
  EXPECT_TRUE(CheckCovered(spec).ok());
}

TEST(CheckCoveredTest, NamesThePartThatIsWrong) {
  CalendarSpec spec;
  spec.dates = {CivilDay(2026, 12, 25), CivilDay(2200, 1, 1)};
  ExpectError(CheckCovered(spec), "dates[1]", "2199-12-31, not 2200-01-01");
  spec.dates.clear();
  spec.date_ranges = {{CivilDay(1969, 1, 1), CivilDay(2026, 1, 1)}};
  ExpectError(CheckCovered(spec), "date_ranges[0].first_date", "1970-01-01");
  spec.date_ranges = {{CivilDay(2026, 1, 1), CivilDay(2200, 1, 1)}};
  ExpectError(CheckCovered(spec), "date_ranges[0].last_date", "2199-12-31");
  spec.date_ranges = {{CivilDay(2026, 1, 2), CivilDay(2026, 1, 1)}};
  ExpectError(CheckCovered(spec), "date_ranges[0].last_date",
              "2026-01-02, the first day, or a later");
  spec.date_ranges.clear();
  spec.yearly_dates = {{2, 30}};
  ExpectError(CheckCovered(spec), "yearly_dates[0]", "02-30");
  spec.yearly_dates = {{13, 1}};
  ExpectError(CheckCovered(spec), "yearly_dates[0]", "exists");
}

TEST(CheckCoveredTest, NamesTheHoursThatAreWrong) {
  CalendarSpec spec;
  spec.weekly_hours = {{0, 0, 60}};
  ExpectError(CheckCovered(spec), "weekly_hours[0].weekdays", "days of the week");
  spec.weekly_hours = {{128, 0, 60}};
  ExpectError(CheckCovered(spec), "weekly_hours[0].weekdays", "days of the week");
  spec.weekly_hours = {{1, 0, 60}, {1, -1, 60}};
  ExpectError(CheckCovered(spec), "weekly_hours[1].start", "00:00 to 23:59");
  spec.weekly_hours = {{1, 1440, 1440}};
  ExpectError(CheckCovered(spec), "weekly_hours[0].start", "00:00 to 23:59");
  spec.weekly_hours = {{1, 0, 1441}};
  ExpectError(CheckCovered(spec), "weekly_hours[0].end", "up to 24:00");
  spec.weekly_hours = {{1, 22 * 60, 6 * 60}};
  ExpectError(CheckCovered(spec), "weekly_hours[0].end", "midnight are two entries");
  spec.weekly_hours = {{1, 60, 60}};
  ExpectError(CheckCovered(spec), "weekly_hours[0].end", "a time after 01:00");
}

TEST(CheckCoveredTest, BoundsEachList) {
  CalendarSpec spec;
  spec.dates.resize(base::limits::kMaxCalendarDates);
  EXPECT_TRUE(CheckCovered(spec).ok());
  spec.dates.resize(base::limits::kMaxCalendarDates + 1);
  ExpectError(CheckCovered(spec), "dates", "10001");
  spec = CalendarSpec();
  spec.weekly_hours.resize(base::limits::kMaxWeeklyHours + 1, {1, 0, 60});
  ExpectError(CheckCovered(spec), "weekly_hours", "51");
  spec = CalendarSpec();
  spec.icalendar.resize(base::limits::kMaxIcalendarBytes + 1);
  ExpectError(CheckCovered(spec), "icalendar", "524289");
}

}  // namespace
}  // namespace scheduler::core
