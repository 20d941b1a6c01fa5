#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CalendarCommandsTest : public JobctlTest {
 protected:
  void SetUp() override {
    server_.create_calendar.Answer(
        [](const v1::CreateCalendarRequest& request) { return request.calendar(); });
    server_.update_calendar.Answer(
        [](const v1::UpdateCalendarRequest& request) { return request.calendar(); });
  }

  v1::Calendar Created(std::vector<std::string> arguments, const std::string& in = "") {
    arguments.insert(arguments.begin(), {"calendar", "create"});
    EXPECT_EQ(Jobctl(arguments, in), 0) << err;
    const auto requests = server_.create_calendar.requests();
    return requests.empty() ? v1::Calendar() : requests.back().calendar();
  }
};

TEST_F(CalendarCommandsTest, CreateWithEveryFlag) {
  const v1::Calendar calendar = Created({"holidays",
                                         "--name",
                                         "Public holidays",
                                         "--time-zone",
                                         "Europe/Berlin",
                                         "--date",
                                         "2026-12-24",
                                         "--date",
                                         "2026-12-31",
                                         "--range",
                                         "2026-12-25..2026-12-26",
                                         "--yearly",
                                         "01-01",
                                         "--hours",
                                         "MON-FRI 22:00-24:00",
                                         "--hours",
                                         "sat,sun",
                                         "--icalendar",
                                         "BEGIN:VCALENDAR",
                                         "-l",
                                         "country=de"});
  EXPECT_EQ(calendar.tag(), "holidays");
  EXPECT_EQ(calendar.name(), "Public holidays");
  EXPECT_EQ(calendar.time_zone(), "Europe/Berlin");
  EXPECT_THAT(calendar.dates(), ElementsAre("2026-12-24", "2026-12-31"));
  EXPECT_EQ(calendar.date_ranges(0).first_date(), "2026-12-25");
  EXPECT_EQ(calendar.date_ranges(0).last_date(), "2026-12-26");
  EXPECT_THAT(calendar.yearly_dates(), ElementsAre("01-01"));
  ASSERT_EQ(calendar.weekly_hours_size(), 2);
  EXPECT_EQ(calendar.weekly_hours(0).weekdays_size(), 5);
  EXPECT_EQ(calendar.weekly_hours(0).start(), "22:00");
  EXPECT_EQ(calendar.weekly_hours(0).end(), "24:00");
  EXPECT_THAT(calendar.weekly_hours(1).weekdays(),
              ElementsAre(v1::Calendar::SATURDAY, v1::Calendar::SUNDAY));
  EXPECT_EQ(calendar.icalendar(), "BEGIN:VCALENDAR");
  EXPECT_EQ(calendar.labels().at("country"), "de");
}

TEST_F(CalendarCommandsTest, AnIcalendarComesFromAFileAsItIs) {
  const std::string feed = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  EXPECT_EQ(Created({"holidays", "--icalendar", "@-"}, feed).icalendar(), feed);
}

TEST_F(CalendarCommandsTest, CreateFromAFile) {
  const std::string file =
      "tag: holidays\ndates: [2026-12-25, 2026-12-26]\nyearly_dates: [01-01]\n"
      "weekly_hours:\n- {weekdays: [SATURDAY], start: 12:00}\n";
  v1::Calendar calendar = Created({"-f", "-"}, file);
  EXPECT_EQ(calendar.tag(), "holidays");
  EXPECT_THAT(calendar.dates(), ElementsAre("2026-12-25", "2026-12-26"));
  EXPECT_THAT(calendar.yearly_dates(), ElementsAre("01-01"));
  EXPECT_EQ(calendar.weekly_hours(0).start(), "12:00");
  calendar = Created({"other", "-f", "-", "--date", "2027-01-06"}, file);
  EXPECT_EQ(calendar.tag(), "other");
  EXPECT_THAT(calendar.dates(), ElementsAre("2027-01-06"));
}

TEST_F(CalendarCommandsTest, WrongUsage) {
  EXPECT_EQ(Jobctl({"calendar", "create"}), 2);
  EXPECT_THAT(err, HasSubstr("which calendar?"));
  EXPECT_EQ(Jobctl({"calendar", "create", "c", "--range", "2026-12-24"}), 2);
  EXPECT_THAT(err, HasSubstr("--range: \"2026-12-24\" is no range FIRST..LAST"));
  EXPECT_EQ(Jobctl({"calendar", "create", "c", "--hours", "MON-FRI 22-24 x"}), 2);
  EXPECT_THAT(err, HasSubstr("MON-FRI 22:00-24:00"));
  EXPECT_EQ(Jobctl({"calendar", "create", "c", "--hours", "MO 22:00-24:00"}), 2);
  EXPECT_THAT(err, HasSubstr("\"MO\" is none of MON, TUE"));
  EXPECT_EQ(Jobctl({"calendar", "create", "c", "--icalendar", "@/does/not/exist"}), 2);
  EXPECT_EQ(Jobctl({"calendar", "update", "c"}), 2);
  EXPECT_EQ(Jobctl({"calendar", "get"}), 2);
  EXPECT_EQ(Jobctl({"calendar", "delete"}), 2);
  EXPECT_EQ(server_.create_calendar.calls(), 0U);
}

TEST_F(CalendarCommandsTest, UpdateNamesWhatFlagsSet) {
  EXPECT_EQ(Jobctl({"calendar", "update", "c", "--date", "2026-12-25", "--hours", "SUN", "--clear",
                    "icalendar", "--etag", "t", "--allow-missing", "--dry-run"}),
            0);
  const v1::UpdateCalendarRequest request = server_.update_calendar.requests()[0];
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("dates", "weekly_hours", "icalendar"));
  EXPECT_EQ(request.calendar().etag(), "t");
  EXPECT_TRUE(request.allow_missing());
  EXPECT_TRUE(request.validate_only());
}

TEST_F(CalendarCommandsTest, GetListDelete) {
  v1::Calendar calendar;
  calendar.set_tag("holidays");
  calendar.add_dates("2026-12-25");
  server_.get_calendar.Answer(calendar);
  EXPECT_EQ(Jobctl({"calendar", "get", "holidays"}), 0);
  EXPECT_EQ(server_.get_calendar.requests()[0].tag(), "holidays");
  EXPECT_THAT(out, HasSubstr("2026-12-25"));
  v1::ListCalendarsResponse page;
  *page.add_calendars() = calendar;
  server_.list_calendars.Answer(page);
  EXPECT_EQ(Jobctl({"calendar", "list", "-o", "name"}), 0);
  EXPECT_EQ(out, "holidays\n");
  EXPECT_EQ(Jobctl({"calendar", "delete", "holidays", "--force"}), 0);
  EXPECT_TRUE(server_.delete_calendar.requests()[0].force());
  EXPECT_EQ(err, "deleted calendar holidays\n");
}

TEST_F(CalendarCommandsTest, ErrorsSayWhatToDo) {
  server_.delete_calendar.FailWith(client_test::ServiceError(
      grpc::StatusCode::FAILED_PRECONDITION, "CALENDAR_IN_USE", "is used by 2 jobs"));
  EXPECT_EQ(Jobctl({"calendar", "delete", "holidays"}), 64 + 9);
  EXPECT_THAT(err, HasSubstr("cannot delete calendar holidays"));
  EXPECT_THAT(err, HasSubstr("--force"));
}

}  // namespace
}  // namespace jobctl
