#include "scheduler/core/calendar/calendar_spec.h"

#include <optional>

#include "absl/strings/str_format.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/schedule/civil_digits.h"

namespace scheduler::core {
namespace {

namespace limits = base::limits;
using base::StrCat;
using base::errors::FieldInvalid;
using base::errors::FieldOutOfRange;
using base::errors::FieldTooLarge;

// 29 February is a date of every year that has it.
constexpr int kSomeLeapYear = 2000;

bool IsCalendarYear(int64_t year) {
  return year >= kFirstCalendarYear && year <= kLastCalendarYear;
}

absl::Status YearOutOfRange(std::string_view field, std::string_view date) {
  return FieldOutOfRange(
      field, date, StrCat("from ", kFirstCalendarYear, "-01-01 to ", kLastCalendarYear, "-12-31"));
}

absl::Status NoSuchDate(std::string_view field, std::string_view date) {
  return FieldInvalid(field, StrCat("needs a date that exists, which ", date, " does not"));
}

absl::Status CheckDate(absl::CivilDay date, std::string_view field) {
  if (!IsCalendarYear(date.year())) return YearOutOfRange(field, DateText(date));
  return absl::OkStatus();
}

absl::Status CheckRange(const DateRange& range, std::string_view field) {
  if (absl::Status status = CheckDate(range.first, StrCat(field, ".first_date")); !status.ok()) {
    return status;
  }
  const std::string last = StrCat(field, ".last_date");
  if (absl::Status status = CheckDate(range.last, last); !status.ok()) return status;
  if (range.last >= range.first) return absl::OkStatus();
  return FieldInvalid(last,
                      StrCat("needs ", DateText(range.first), ", the first day, or a later one"));
}

absl::Status CheckYearly(const YearlyDate& date, std::string_view field) {
  if (ExistingDay(kSomeLeapYear, date.month, date.day)) return absl::OkStatus();
  return NoSuchDate(field, YearlyDateText(date));
}

absl::Status CheckHours(const WeeklyHours& hours, std::string_view field) {
  if (hours.weekdays == 0 || hours.weekdays >= 1 << 7) {
    return FieldInvalid(StrCat(field, ".weekdays"), "needs one to seven of the days of the week");
  }
  if (hours.start_minute < 0 || hours.start_minute >= kDayMinutes) {
    return FieldOutOfRange(StrCat(field, ".start"), TimeOfDayText(hours.start_minute),
                           "from 00:00 to 23:59");
  }
  const std::string end = StrCat(field, ".end");
  if (hours.end_minute > kDayMinutes) {
    return FieldOutOfRange(end, StrCat(hours.end_minute), "up to 24:00");
  }
  if (hours.end_minute > hours.start_minute) return absl::OkStatus();
  return FieldInvalid(end, StrCat("needs a time after ", TimeOfDayText(hours.start_minute),
                                  ", the start; hours over midnight are two entries, one up to "
                                  "24:00 and one from 00:00"));
}

// Each of `list` by `check`, and how many there are.
template <typename Item, typename Check>
absl::Status CheckEach(const std::vector<Item>& list, std::string_view field, size_t most,
                       const Check& check) {
  if (list.size() > most) {
    return FieldTooLarge(field, static_cast<int64_t>(list.size()), static_cast<int64_t>(most));
  }
  for (size_t i = 0; i < list.size(); ++i) {
    if (absl::Status status = check(list[i], StrCat(field, "[", i, "]")); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCovered(const CalendarSpec& spec) {
  absl::Status status = CheckEach(spec.dates, "dates", limits::kMaxCalendarDates, CheckDate);
  if (!status.ok()) return status;
  status = CheckEach(spec.date_ranges, "date_ranges", limits::kMaxCalendarDates, CheckRange);
  if (!status.ok()) return status;
  status = CheckEach(spec.yearly_dates, "yearly_dates", limits::kMaxCalendarDates, CheckYearly);
  if (!status.ok()) return status;
  status = CheckEach(spec.weekly_hours, "weekly_hours", limits::kMaxWeeklyHours, CheckHours);
  if (!status.ok()) return status;
  if (spec.icalendar.size() <= limits::kMaxIcalendarBytes) return absl::OkStatus();
  return FieldTooLarge("icalendar", static_cast<int64_t>(spec.icalendar.size()),
                       static_cast<int64_t>(limits::kMaxIcalendarBytes));
}

absl::StatusOr<absl::CivilDay> ParseDate(std::string_view text, std::string_view field) {
  std::optional<int> year;
  std::optional<int> month;
  std::optional<int> day;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    year = DigitsOf(text.substr(0, 4));
    month = DigitsOf(text.substr(5, 2));
    day = DigitsOf(text.substr(8, 2));
  }
  if (!year || !month || !day) {
    return FieldInvalid(field, "needs a date YYYY-MM-DD such as 2026-12-25");
  }
  if (!IsCalendarYear(*year)) return YearOutOfRange(field, text);
  const std::optional<absl::CivilDay> date = ExistingDay(*year, *month, *day);
  if (!date) return NoSuchDate(field, text);
  return *date;
}

absl::StatusOr<YearlyDate> ParseYearlyDate(std::string_view text, std::string_view field) {
  std::optional<int> month;
  std::optional<int> day;
  if (text.size() == 5 && text[2] == '-') {
    month = DigitsOf(text.substr(0, 2));
    day = DigitsOf(text.substr(3, 2));
  }
  if (!month || !day) return FieldInvalid(field, "needs a day of the year MM-DD such as 12-25");
  const YearlyDate date = {*month, *day};
  if (absl::Status status = CheckYearly(date, field); !status.ok()) return status;
  return date;
}

absl::StatusOr<int> ParseTimeOfDay(std::string_view text, std::string_view field) {
  std::optional<int> hour;
  std::optional<int> minute;
  if (text.size() == 5 && text[2] == ':') {
    hour = DigitsOf(text.substr(0, 2));
    minute = DigitsOf(text.substr(3, 2));
  }
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > kDayMinutes) {
    return FieldInvalid(field, "needs a time of day HH:MM, from 00:00 to 24:00, such as 09:30");
  }
  return *hour * 60 + *minute;
}

std::string DateText(absl::CivilDay date) { return absl::FormatCivilTime(date); }

std::string YearlyDateText(const YearlyDate& date) {
  return absl::StrFormat("%02d-%02d", date.month, date.day);
}

std::string TimeOfDayText(int minute) {
  return absl::StrFormat("%02d:%02d", minute / 60, minute % 60);
}

}  // namespace scheduler::core
