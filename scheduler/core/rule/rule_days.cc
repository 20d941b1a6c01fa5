#include "scheduler/core/rule/rule_days.h"

#include <array>

namespace scheduler::core {
namespace {

// The lowest `length` bits, length 0 … 31.
constexpr uint32_t LowBits(int length) { return (uint32_t{1} << length) - 1; }

// The days of a common year before each month.
constexpr std::array<int, 13> kDaysBefore = {0,   31,  59,  90,  120, 151, 181,
                                             212, 243, 273, 304, 334, 365};

// The day number of January 1. Leap years are counted in cycles of 400 years, 146,097 days.
constexpr int64_t FirstDayOfYear(int64_t year) {
  const int64_t cycle = FloorDiv(year, 400);
  const int64_t in_cycle = year - cycle * 400;  // 0 … 399
  // Leap days before January 1 of that year, its cycle's first year being one.
  const int64_t leap_days = in_cycle == 0 ? 0 : (in_cycle - 1) / 4 - (in_cycle - 1) / 100 + 1;
  constexpr int64_t kEpoch = 719'528;  // 1970-01-01, counted from 0000-01-01
  return cycle * 146'097 + in_cycle * 365 + leap_days - kEpoch;
}

// The days of a month that have one of `weekdays`, of which the month's first has `first`.
uint32_t EachWeek(uint8_t weekdays, int first) {
  // Rotated so that bit 0 is the first day; then repeated every seven bits, five times.
  const uint64_t week = ((weekdays | weekdays << 7) >> first) & 0x7F;
  return static_cast<uint32_t>(week * 0x10204081);
}

// The index of the nth given weekday among `length` days of which the first has weekday `first`;
// below 0 or above length - 1 if there are not so many.
int NthIndex(const NthWeekday& day, int first, int length) {
  if (day.nth > 0) return (day.weekday - first + 7) % 7 + 7 * (day.nth - 1);
  const int last = (first + length - 1) % 7;
  return length - 1 - (last - day.weekday + 7) % 7 + 7 * (day.nth + 1);
}

// The days of a month for which `admits`(week) holds, a week being asked once.
template <typename Admits>
uint32_t EachDayOfWeeks(const RuleMonth& month, int week_start, const Admits& admits) {
  uint32_t mask = 0;
  const int64_t first_week = WeekOf(month.first_day, week_start);
  const int64_t last_week = WeekOf(month.last_day(), week_start);
  for (int64_t week = first_week; week <= last_week; ++week) {
    if (!admits(week)) continue;
    const int begin = static_cast<int>(week * 7 - 3 + week_start - month.first_day);
    mask |= begin < 0 ? LowBits(7 + begin) : uint32_t{0x7F} << begin;
  }
  return mask;
}

}  // namespace

RuleMonth::RuleMonth(int64_t year_number, int month_number)
    : year(year_number), month(month_number) {
  const auto index = static_cast<size_t>(month);
  const bool leap = IsLeapYear(year);
  length = kDaysBefore[index] - kDaysBefore[index - 1] + (leap && month == 2 ? 1 : 0);
  first_year_day = kDaysBefore[index - 1] + (leap && month > 2 ? 1 : 0);
  first_day = FirstDayOfYear(year) + first_year_day;
}

RuleMonth RuleMonth::Of(int64_t day) {
  // A guess that is at most a day off, as a year is 365.2425 days.
  int64_t year = FloorDiv((day + 719'528) * 10'000, 3'652'425);
  while (FirstDayOfYear(year) > day) --year;
  while (FirstDayOfYear(year + 1) <= day) ++year;
  const auto of_year = static_cast<int>(day - FirstDayOfYear(year));
  // Months have at most 31 days, so that the guess is at most one too early.
  const RuleMonth month(year, of_year / 32 + 1);
  return day > month.last_day() ? month.Next() : month;
}

RuleDays::RuleDays(const RulePattern& pattern, absl::CivilDay start)
    : frequency_(pattern.frequency),
      interval_(pattern.interval),
      months_(pattern.months),
      weekdays_(pattern.weekdays),
      week_start_(pattern.week_start),
      nth_of_year_(pattern.frequency == RuleFrequency::kYearly && pattern.months == 0),
      month_days_(pattern.month_days),
      month_days_from_end_(pattern.month_days_from_end),
      week_numbers_(pattern.week_numbers),
      week_numbers_from_end_(pattern.week_numbers_from_end),
      start_day_(DayNumber(start)),
      start_year_(start.year()),
      start_month_(start.month()),
      nth_weekdays_(pattern.nth_weekdays),
      year_days_(pattern.year_days) {}

uint32_t RuleDays::InMonth(const RuleMonth& month) const {
  if (!AdmitsMonth(month)) return 0;
  uint32_t mask = LowBits(month.length);
  if (interval_ != 1) mask &= ByInterval(month);
  if ((month_days_ | month_days_from_end_) != 0) mask &= ByMonthDay(month);
  if (!year_days_.empty()) mask &= ByYearDay(month);
  if ((week_numbers_ | week_numbers_from_end_) != 0) mask &= ByWeekNumber(month);
  if (weekdays_ != 0 || !nth_weekdays_.empty()) mask &= ByWeekday(month);
  return mask;
}

// What decides on the month as a whole.
bool RuleDays::AdmitsMonth(const RuleMonth& month) const {
  if (months_ != 0 && (months_ >> month.month & 1) == 0) return false;
  if (interval_ == 1) return true;
  if (frequency_ == RuleFrequency::kYearly) {
    return FloorMod(month.year - start_year_, interval_) == 0;
  }
  if (frequency_ == RuleFrequency::kMonthly) {
    return FloorMod((month.year - start_year_) * 12 + month.month - start_month_, interval_) == 0;
  }
  return true;
}

uint32_t RuleDays::ByInterval(const RuleMonth& month) const {
  if (frequency_ == RuleFrequency::kDaily) {
    uint32_t mask = 0;
    for (int64_t i = FloorMod(start_day_ - month.first_day, interval_); i < month.length;
         i += interval_) {
      mask |= uint32_t{1} << i;
    }
    return mask;
  }
  if (frequency_ == RuleFrequency::kWeekly) {
    const int64_t start_week = WeekOf(start_day_, week_start_);
    return EachDayOfWeeks(month, week_start_, [&](int64_t week) {
      return FloorMod(week - start_week, interval_) == 0;
    });
  }
  return ~uint32_t{0};
}

uint32_t RuleDays::ByMonthDay(const RuleMonth& month) const {
  uint32_t mask = month_days_ >> 1;  // day d is bit d-1
  for (uint32_t rest = month_days_from_end_; rest != 0; rest &= rest - 1) {
    const int index = month.length - __builtin_ctz(rest);
    if (index >= 0) mask |= uint32_t{1} << index;
  }
  return mask;
}

uint32_t RuleDays::ByYearDay(const RuleMonth& month) const {
  uint32_t mask = 0;
  for (const int16_t day : year_days_) {
    const int of_year = day > 0 ? day - 1 : month.year_length() + day;
    const int index = of_year - month.first_year_day;
    if (of_year < month.year_length() && index >= 0 && index < month.length) {
      mask |= uint32_t{1} << index;
    }
  }
  return mask;
}

// Week 1 is the first that has four days of the year (RFC 5545 3.3.10, ISO 8601): the year that a
// week counts in is the one of its fourth day. So the days of a calendar year's first days may lie in
// the last week of the year before, and those of its end in week 1 of the next.
uint32_t RuleDays::ByWeekNumber(const RuleMonth& month) const {
  const int64_t year_begin = month.first_day - month.first_year_day;
  return EachDayOfWeeks(month, week_start_, [&](int64_t week) {
    int64_t of_year = week * 7 + week_start_ - year_begin;  // the fourth day, from 0
    int length = month.year_length();
    if (of_year < 0) {
      length = IsLeapYear(month.year - 1) ? 366 : 365;
      of_year += length;
    } else if (of_year >= length) {
      of_year -= length;
      length = IsLeapYear(month.year + 1) ? 366 : 365;
    }
    const int64_t number = of_year / 7 + 1;
    const int64_t from_end = (length - 1 - of_year) / 7 + 1;
    return (week_numbers_ >> number & 1) != 0 || (week_numbers_from_end_ >> from_end & 1) != 0;
  });
}

uint32_t RuleDays::ByWeekday(const RuleMonth& month) const {
  uint32_t mask = nth_weekdays_.empty() ? 0 : ByNthWeekday(month);
  if (weekdays_ != 0) mask |= EachWeek(weekdays_, WeekdayOf(month.first_day));
  return mask;
}

uint32_t RuleDays::ByNthWeekday(const RuleMonth& month) const {
  const int offset = nth_of_year_ ? month.first_year_day : 0;
  const int length = nth_of_year_ ? month.year_length() : month.length;
  const int first = WeekdayOf(month.first_day - offset);
  uint32_t mask = 0;
  for (const NthWeekday& day : nth_weekdays_) {
    const int in_scope = NthIndex(day, first, length);
    const int index = in_scope - offset;
    if (in_scope >= 0 && in_scope < length && index >= 0 && index < month.length) {
      mask |= uint32_t{1} << index;
    }
  }
  return mask;
}

}  // namespace scheduler::core
