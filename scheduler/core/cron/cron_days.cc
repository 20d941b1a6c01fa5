#include "scheduler/core/cron/cron_days.h"

#include <algorithm>

namespace scheduler::core {
namespace {

constexpr int kSunday = 0;
constexpr int kSaturday = 6;

// One month as the masks below see it.
struct Month {
  int length;  // days
  int first;   // weekday of the 1st

  uint32_t all() const { return BitRange(1, length); }
  int WeekdayOf(int day) const { return (first + day - 1) % 7; }
};

// The days of a week that begins on weekday `first`: bit i is set where `weekdays` has the weekday
// of the week's i-th day, from 0.
uint32_t WeekFrom(int first, uint8_t weekdays) {
  const uint32_t twice = weekdays | uint32_t{weekdays} << 7;
  return twice >> first & kAllWeekdays;
}

uint32_t EveryWeekday(const Month& month, uint8_t weekdays) {
  const uint64_t week = WeekFrom(month.first, weekdays);
  const uint64_t weeks = week | week << 7 | week << 14 | week << 21 | week << 28;
  return static_cast<uint32_t>(weeks << 1) & month.all();
}

uint32_t Reversed(uint32_t bits) {
  bits = (bits >> 1 & 0x55555555U) | (bits & 0x55555555U) << 1;
  bits = (bits >> 2 & 0x33333333U) | (bits & 0x33333333U) << 2;
  bits = (bits >> 4 & 0x0f0f0f0fU) | (bits & 0x0f0f0f0fU) << 4;
  return __builtin_bswap32(bits);
}

// The workday nearest to `day` that lies in the month: Friday before a Saturday, Monday after a
// Sunday, and the other way where that would leave the month.
int NearestWorkday(const Month& month, int day) {
  switch (month.WeekdayOf(day)) {
    case kSaturday:
      return day > 1 ? day - 1 : day + 2;
    case kSunday:
      return day < month.length ? day + 1 : day - 2;
    default:
      return day;
  }
}

uint32_t ByDay(const CronDays& days, const Month& month) {
  uint32_t found = days.days;
  // Bit n becomes bit length − n.
  found |= Reversed(days.from_last) >> (31 - month.length);
  for (uint32_t left = days.nearest & month.all(); left != 0; left &= left - 1) {
    found |= uint32_t{1} << NearestWorkday(month, std::countr_zero(left));
  }
  if (days.last_workday) found |= uint32_t{1} << NearestWorkday(month, month.length);
  return found & month.all();
}

uint32_t ByWeekday(const CronDays& days, const Month& month) {
  uint32_t found = EveryWeekday(month, days.weekdays);
  for (size_t n = 0; n < days.nth.size(); ++n) {
    found |= static_cast<uint32_t>(uint64_t{WeekFrom(month.first, days.nth[n])} << (7 * n + 1));
  }
  const int last_week = month.length - 6;
  found |= WeekFrom(month.WeekdayOf(last_week), days.last) << last_week;
  return found & month.all();
}

}  // namespace

CronDays Normalized(CronDays days) {
  if (days.any_day()) {
    days.from_last = 0;
    days.nearest = 0;
    days.last_workday = false;
  }
  // L-n of a month of any length is no fixed day, so nothing else of that field is contained.
  for (uint8_t& week : days.nth) week &= ~days.weekdays;
  days.last &= ~days.weekdays;
  if (days.either && (days.any_day() || days.any_weekday())) return CronDays();
  return days;
}

uint32_t DaysOfMonth(const CronDays& days, int year, int month) {
  const int length = MonthLength(year, month);
  // The common pattern needs no calendar: days of the month alone, without L and W.
  if (days.any_weekday() && (days.from_last | days.nearest) == 0 && !days.last_workday) {
    return days.days & static_cast<uint32_t>(BitRange(1, length));
  }
  const Month calendar{length, WeekdayOfFirst(year, month)};
  const uint32_t by_day = ByDay(days, calendar);
  const uint32_t by_weekday = ByWeekday(days, calendar);
  return days.either ? by_day | by_weekday : by_day & by_weekday;
}

int MonthLength(int year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

// Zeller's congruence in Sakamoto's form.
int WeekdayOfFirst(int year, int month) {
  static constexpr std::array<int, 12> kShift = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  if (month < 3) --year;
  return (year + year / 4 - year / 100 + year / 400 + kShift[month - 1] + 1) % 7;
}

}  // namespace scheduler::core
