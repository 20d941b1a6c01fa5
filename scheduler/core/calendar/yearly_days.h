#ifndef SCHEDULER_CORE_CALENDAR_YEARLY_DAYS_H_
#define SCHEDULER_CORE_CALENDAR_YEARLY_DAYS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/schedule/stretches.h"

namespace scheduler::core {

// The same days of every year, as one mask a month. Seconds are local ones since
// 1970-01-01T00:00:00. Immutable and thread-safe.
class YearlyDays {
 public:
  YearlyDays() = default;
  // REQUIRES: the dates exist in a leap year.
  explicit YearlyDays(const std::vector<YearlyDate>& dates);

  // The day that holds `second`, if it is one of the set; its neighbours are not looked at.
  std::optional<Stretch> Around(int64_t second) const;
  // The first second of the set ≥ `second`. Looks at the months of at most eight years: so far is
  // it from 29 February 2096 to the next.
  std::optional<int64_t> FirstFrom(int64_t second) const;

 private:
  bool empty_ = true;
  std::array<uint32_t, 13> days_{};  // bit d of days_[m]: day d of month m
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_YEARLY_DAYS_H_
