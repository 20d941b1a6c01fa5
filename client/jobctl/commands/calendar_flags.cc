#include "client/jobctl/commands/calendar_flags.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/parse/calendar_parts.h"
#include "client/jobctl/parse/message_file.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Calendar;
using CalendarFlags = MessageFlags<Calendar>;

void AddDateFlags(CalendarFlags& flags) {
  flags.AddRepeated(
      "--date", "DATE", "dates", "A whole day: 2026-12-25",
      [](const std::string& text, Calendar& calendar) {
        calendar.add_dates(text);
        return absl::OkStatus();
      },
      [](Calendar& calendar) { calendar.clear_dates(); });
  flags.AddRepeated(
      "--range", "FIRST..LAST", "date_ranges", "Whole days in a row: 2026-12-24..2027-01-01",
      [](const std::string& text, Calendar& calendar) {
        absl::StatusOr<Calendar::DateRange> range = ParseDateRange(text);
        if (!range.ok()) return range.status();
        *calendar.add_date_ranges() = *std::move(range);
        return absl::OkStatus();
      },
      [](Calendar& calendar) { calendar.clear_date_ranges(); });
  flags.AddRepeated(
      "--yearly", "MM-DD", "yearly_dates", "A whole day of every year: 12-25",
      [](const std::string& text, Calendar& calendar) {
        calendar.add_yearly_dates(text);
        return absl::OkStatus();
      },
      [](Calendar& calendar) { calendar.clear_yearly_dates(); });
}

void AddHoursFlag(CalendarFlags& flags) {
  flags.AddRepeated(
      "--hours", "'DAYS [FROM-TO]'", "weekly_hours",
      "Hours of every week: 'MON-FRI 22:00-24:00', 'SAT,SUN'",
      [](const std::string& text, Calendar& calendar) {
        absl::StatusOr<Calendar::WeeklyHours> hours = ParseWeeklyHours(text);
        if (!hours.ok()) return hours.status();
        *calendar.add_weekly_hours() = *std::move(hours);
        return absl::OkStatus();
      },
      [](Calendar& calendar) { calendar.clear_weekly_hours(); });
}

}  // namespace

void AddCalendarFlags(CalendarFlags& flags, Io& io) {
  AddNameFlag(flags);
  flags.Add("--time-zone", "NAME", "time_zone",
            "The zone of its days and hours: Europe/Berlin (default: that of each job)",
            [](const std::string& text, Calendar& calendar) {
              calendar.set_time_zone(text);
              return absl::OkStatus();
            });
  AddDateFlags(flags);
  AddHoursFlag(flags);
  flags.Add("--icalendar", "TEXT|@FILE", "icalendar",
            "The events of an iCalendar, such as a feed of public holidays",
            [&io](const std::string& text, Calendar& calendar) {
              absl::StatusOr<std::string> icalendar = TextOrFile(text, io.in);
              if (!icalendar.ok()) return icalendar.status();
              calendar.set_icalendar(*std::move(icalendar));
              return absl::OkStatus();
            });
  AddLabelFlag(flags);
}

}  // namespace jobctl
