#ifndef SCHEDULER_CORE_SCHEDULE_CIVIL_DIGITS_H_
#define SCHEDULER_CORE_SCHEDULE_CIVIL_DIGITS_H_

#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

// What dates and times of day in texts are made of.
namespace scheduler::core {

// `text` as a number; none unless it is digits alone. REQUIRES: at most 9 characters.
inline std::optional<int> DigitsOf(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// The day with these numbers; none if the calendar has no such day.
inline std::optional<absl::CivilDay> ExistingDay(int year, int month, int day) {
  const absl::CivilDay date(year, month, day);
  // absl carries what is out of range into the next month.
  if (date.month() != month || date.day() != day) return std::nullopt;
  return date;
}

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_CIVIL_DIGITS_H_
