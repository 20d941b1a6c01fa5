#ifndef SCHEDULER_CORE_CALENDAR_CALENDAR_SPEC_H_
#define SCHEDULER_CORE_CALENDAR_CALENDAR_SPEC_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

// A calendar as a client defined it: plain values and their text. calendar.h makes it answer
// questions.
namespace scheduler::core {

// Calendars cover times of these years alone, by the clocks of their zone, as cron patterns and
// rules have none after them.
inline constexpr int kFirstCalendarYear = 1970;
inline constexpr int kLastCalendarYear = 2199;

// Days from the first to the last, both included.
struct DateRange {
  absl::CivilDay first;
  absl::CivilDay last;

  friend bool operator==(const DateRange&, const DateRange&) = default;
};

// A day of every year; 29 February of leap years alone.
struct YearlyDate {
  int month = 1;  // 1 … 12
  int day = 1;    // 1 … 31

  friend bool operator==(const YearlyDate&, const YearlyDate&) = default;
};

inline constexpr int kDayMinutes = 24 * 60;

// The same hours on some weekdays. They end within their day: hours over midnight are two of these.
struct WeeklyHours {
  uint8_t weekdays = 0;          // bit 0 is Monday, bit 6 Sunday; at least one
  int start_minute = 0;          // of the day, inclusive
  int end_minute = kDayMinutes;  // exclusive, later than the start, up to kDayMinutes

  friend bool operator==(const WeeklyHours&, const WeeklyHours&) = default;
};

// A named set of times that jobs can exclude: the union of its parts.
struct CalendarSpec {
  std::string product;
  std::string tag;
  std::string name;
  std::string time_zone;  // an IANA name; empty: the zone of the job that uses it
  std::vector<absl::CivilDay> dates;
  std::vector<DateRange> date_ranges;
  std::vector<YearlyDate> yearly_dates;
  std::vector<WeeklyHours> weekly_hours;
  std::string icalendar;  // RFC 5545, see icalendar_import.h; empty: none
  std::map<std::string, std::string> labels;

  friend bool operator==(const CalendarSpec&, const CalendarSpec&) = default;
};

// What a calendar covers is well-formed: as the comments above say, dates exist and lie in the years
// above, and each list is within its limit. INVALID_ARGUMENT, FIELD_TOO_LARGE for a part that is not,
// with its path as the API names it, "weekly_hours[1].end". `time_zone` and the text of `icalendar`
// are left to Calendar::Make, the names to the API.
absl::Status CheckCovered(const CalendarSpec& spec);

// Readers of text. `field` is the path that an error names. INVALID_ARGUMENT says what would be
// right; a date that does not exist, or of a year out of range, is none. What they read, the
// writers give back.
absl::StatusOr<absl::CivilDay> ParseDate(std::string_view text, std::string_view field);
absl::StatusOr<YearlyDate> ParseYearlyDate(std::string_view text, std::string_view field);
// Minutes of the day, 0 … kDayMinutes, of "00:00" to "24:00".
absl::StatusOr<int> ParseTimeOfDay(std::string_view text, std::string_view field);

std::string DateText(absl::CivilDay date);           // "2026-12-25"
std::string YearlyDateText(const YearlyDate& date);  // "12-25"
std::string TimeOfDayText(int minute);               // "09:30"

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_CALENDAR_SPEC_H_
