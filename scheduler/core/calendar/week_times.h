#ifndef SCHEDULER_CORE_CALENDAR_WEEK_TIMES_H_
#define SCHEDULER_CORE_CALENDAR_WEEK_TIMES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/schedule/stretches.h"

namespace scheduler::core {

// The same times of every week. Seconds are local ones since 1970-01-01T00:00:00. Immutable and
// thread-safe; each call is one or two binary searches.
class WeekTimes {
 public:
  WeekTimes() = default;
  // REQUIRES: as calendar_spec.h says of WeeklyHours.
  explicit WeekTimes(const std::vector<WeeklyHours>& hours);

  // The stretch that holds `second`, from midnight to midnight over several days too: whole, except
  // that of a set that holds all times only the weeks beside that of `second` are counted in.
  std::optional<Stretch> Around(int64_t second) const;
  // The first second of the set ≥ `second`.
  std::optional<int64_t> FirstFrom(int64_t second) const;

 private:
  Stretches week_;  // seconds since Monday's midnight
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_WEEK_TIMES_H_
