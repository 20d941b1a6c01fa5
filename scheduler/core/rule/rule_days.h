#ifndef SCHEDULER_CORE_RULE_RULE_DAYS_H_
#define SCHEDULER_CORE_RULE_RULE_DAYS_H_

#include <cstdint>
#include <vector>

#include "absl/time/civil_time.h"
#include "scheduler/core/rule/rule_pattern.h"

// Which days a rule admits: its day parts, and its INTERVAL where that counts days or longer.
//
// The month is the unit of work: a month's days are one 32-bit mask. A search over years makes one
// mask a month, some nanoseconds each, whatever the rule.
namespace scheduler::core {

// Days are counted from 1970-01-01, as 0.
inline int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(); }

// The remainder and the quotient that round down. REQUIRES: n > 0.
constexpr int64_t FloorMod(int64_t x, int64_t n) {
  const int64_t rest = x % n;
  return rest < 0 ? rest + n : rest;
}
constexpr int64_t FloorDiv(int64_t x, int64_t n) { return x / n - (x % n < 0 ? 1 : 0); }

// 0 … 6 of a day's number. 1970-01-01 was a Thursday.
constexpr int WeekdayOf(int64_t day) { return static_cast<int>(FloorMod(day + 3, 7)); }

// The week that a day lies in, counted from one fixed week, by weeks that start at `week_start`.
constexpr int64_t WeekOf(int64_t day, int week_start) { return FloorDiv(day + 3 - week_start, 7); }

constexpr bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// A month of the calendar with the numbers that the masks need. Searches step from month to month, so
// this is plain arithmetic, faster than absl's civil times.
struct RuleMonth {
  RuleMonth(int64_t year_number, int month_number);
  static RuleMonth Of(int64_t day);

  RuleMonth Next() const {
    return month == 12 ? RuleMonth(year + 1, 1) : RuleMonth(year, month + 1);
  }
  RuleMonth Previous() const {
    return month == 1 ? RuleMonth(year - 1, 12) : RuleMonth(year, month - 1);
  }
  int year_length() const { return IsLeapYear(year) ? 366 : 365; }
  int64_t last_day() const { return first_day + length - 1; }

  int64_t year;
  int month;           // 1 … 12
  int length;          // days
  int first_year_day;  // of day 1, from 0
  int64_t first_day;   // day number of day 1
};

// Immutable and thread-safe.
class RuleDays {
 public:
  // REQUIRES: `pattern` was completed from `start`.
  RuleDays(const RulePattern& pattern, absl::CivilDay start);

  // Bit d-1 stands for day d of the month. Days before the start are not left out.
  uint32_t InMonth(const RuleMonth& month) const;

 private:
  bool AdmitsMonth(const RuleMonth& month) const;
  uint32_t ByInterval(const RuleMonth& month) const;
  uint32_t ByMonthDay(const RuleMonth& month) const;
  uint32_t ByYearDay(const RuleMonth& month) const;
  uint32_t ByWeekNumber(const RuleMonth& month) const;
  uint32_t ByWeekday(const RuleMonth& month) const;
  uint32_t ByNthWeekday(const RuleMonth& month) const;

  RuleFrequency frequency_;
  int64_t interval_;
  uint16_t months_;
  uint8_t weekdays_;
  uint8_t week_start_;
  bool nth_of_year_;  // ordinals of BYDAY count in the year, not in the month
  uint32_t month_days_;
  uint32_t month_days_from_end_;
  uint64_t week_numbers_;
  uint64_t week_numbers_from_end_;
  int64_t start_day_;
  int64_t start_year_;
  int start_month_;
  std::vector<NthWeekday> nth_weekdays_;
  std::vector<int16_t> year_days_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_DAYS_H_
