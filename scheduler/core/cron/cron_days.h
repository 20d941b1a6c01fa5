#ifndef SCHEDULER_CORE_CRON_CRON_DAYS_H_
#define SCHEDULER_CORE_CRON_CRON_DAYS_H_

#include <array>
#include <cstdint>

#include "scheduler/core/cron/cron_fields.h"

// Which days of a month a cron pattern names.
namespace scheduler::core {

inline constexpr uint32_t kAllMonthDays = BitRange(1, 31);
inline constexpr uint8_t kAllWeekdays = BitRange(0, 6);

// The two day fields of a pattern and how they combine. Weekdays are numbered from Sunday, 0.
struct CronDays {
  // Day of the month.
  uint32_t days = kAllMonthDays;  // bit d: day d, 1 … 31
  uint32_t from_last = 0;         // bit n: n days before the last, 0 … 30; L is bit 0
  uint32_t nearest = 0;           // bit d: dW, the workday nearest to day d within the month
  bool last_workday = false;      // LW: the last of Monday … Friday
  // Weekday.
  uint8_t weekdays = kAllWeekdays;  // bit w: every such day
  std::array<uint8_t, 5> nth = {};  // bit w of nth[n − 1]: the n-th such day, w#n
  uint8_t last = 0;                 // bit w: the last such day, w#L
  // A day matches if either field does; else if both do.
  bool either = false;

  bool any_day() const { return days == kAllMonthDays; }
  bool any_weekday() const { return weekdays == kAllWeekdays; }

  friend bool operator==(const CronDays&, const CronDays&) = default;
};

// The same days, written so that equal fields compare equal: what is contained in something else is
// dropped, and a field that holds every day makes the other one idle under `either`.
CronDays Normalized(CronDays days);

// The matching days of a month as bits 1 … 31. REQUIRES: 1 ≤ month ≤ 12, year > 0.
uint32_t DaysOfMonth(const CronDays& days, int year, int month);

// The calendar's own numbers, proleptic Gregorian.
int MonthLength(int year, int month);
int WeekdayOfFirst(int year, int month);  // Sunday: 0

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_DAYS_H_
