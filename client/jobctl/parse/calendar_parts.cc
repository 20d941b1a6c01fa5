#include "client/jobctl/parse/calendar_parts.h"

#include <bitset>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Calendar;

constexpr int kDays = 7;
constexpr size_t kShortName = 3;

// Bit 0 is Monday.
using Days = std::bitset<kDays>;

std::string ShortName(int day) {
  return Calendar::Weekday_Name(static_cast<Calendar::Weekday>(day + 1)).substr(0, kShortName);
}

// 0 is Monday.
absl::StatusOr<int> ParseDay(absl::string_view text) {
  const std::string name = absl::AsciiStrToUpper(text);
  for (int day = 0; day < kDays; ++day) {
    const auto weekday = static_cast<Calendar::Weekday>(day + 1);
    if (name == ShortName(day) || name == Calendar::Weekday_Name(weekday)) return day;
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is none of MON, TUE … SUN"));
}

// `FRI`, or `FRI-MON`.
absl::Status AddDays(absl::string_view text, Days* days) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, absl::MaxSplits('-', 1));
  const absl::StatusOr<int> first = ParseDay(ends.front());
  if (!first.ok()) return first.status();
  const absl::StatusOr<int> last = ParseDay(ends.back());
  if (!last.ok()) return last.status();
  for (int day = *first; day != *last; day = (day + 1) % kDays) days->set(day);
  days->set(*last);
  return absl::OkStatus();
}

absl::StatusOr<Days> ParseDays(absl::string_view text) {
  Days days;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    absl::Status status = AddDays(part, &days);
    if (!status.ok()) return status;
  }
  return days;
}

// `MON-FRI,SUN`: three days or more in a row are a range.
std::string DaysText(const Days& days) {
  std::vector<std::string> parts;
  for (int day = 0; day < kDays; ++day) {
    if (!days[day]) continue;
    int last = day;
    while (last + 1 < kDays && days[last + 1]) ++last;
    if (last - day < 2) {
      parts.push_back(ShortName(day));
    } else {
      parts.push_back(absl::StrCat(ShortName(day), "-", ShortName(last)));
      day = last;
    }
  }
  return absl::StrJoin(parts, ",");
}

}  // namespace

absl::StatusOr<Calendar::DateRange> ParseDateRange(absl::string_view text) {
  const std::vector<std::string> ends = absl::StrSplit(text, "..");
  if (ends.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no range FIRST..LAST such as 2026-12-24..2027-01-01"));
  }
  Calendar::DateRange range;
  range.set_first_date(ends[0]);
  range.set_last_date(ends[1]);
  return range;
}

std::string DateRangeText(const Calendar::DateRange& range) {
  return absl::StrCat(range.first_date(), "..", range.last_date());
}

absl::StatusOr<Calendar::WeeklyHours> ParseWeeklyHours(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ' ', absl::SkipEmpty());
  std::vector<std::string> times;
  if (parts.size() == 2) times = absl::StrSplit(parts[1], '-');
  if (parts.empty() || parts.size() > 2 || (parts.size() == 2 && times.size() != 2)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not DAYS or DAYS FROM-TO such as MON-FRI 22:00-24:00"));
  }
  const absl::StatusOr<Days> days = ParseDays(parts[0]);
  if (!days.ok()) return days.status();
  Calendar::WeeklyHours hours;
  for (int day = 0; day < kDays; ++day) {
    if ((*days)[day]) hours.add_weekdays(static_cast<Calendar::Weekday>(day + 1));
  }
  if (times.empty()) return hours;
  hours.set_start(times[0]);
  hours.set_end(times[1]);
  return hours;
}

std::string WeeklyHoursText(const Calendar::WeeklyHours& hours) {
  Days days;
  for (const int day : hours.weekdays()) {
    if (day >= Calendar::MONDAY && day <= Calendar::SUNDAY) days.set(day - 1);
  }
  const std::string start = hours.start().empty() ? "00:00" : hours.start();
  const std::string end = hours.end().empty() ? "24:00" : hours.end();
  if (start == "00:00" && end == "24:00") return DaysText(days);
  return absl::StrCat(DaysText(days), " ", start, "-", end);
}

}  // namespace jobctl
