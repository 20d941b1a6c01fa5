#ifndef SCHEDULER_CORE_CALENDAR_LOCAL_COVER_H_
#define SCHEDULER_CORE_CALENDAR_LOCAL_COVER_H_

#include <cstdint>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/calendar/week_times.h"
#include "scheduler/core/calendar/yearly_days.h"
#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/schedule/stretches.h"

namespace scheduler::core {

// The seconds of kFirstCalendarYear to kLastCalendarYear, counted from 1970-01-01T00:00:00 by any
// clock.
inline constexpr Stretch kCalendarSeconds = {LocalSecond(absl::CivilSecond(kFirstCalendarYear)),
                                             LocalSecond(absl::CivilSecond(kLastCalendarYear + 1))};

// What a calendar covers of the clock on the wall: days, and times of the week. Local seconds since
// 1970-01-01T00:00:00, of kCalendarSeconds alone. Immutable and thread-safe; each call is a few
// binary searches.
class LocalCover {
 public:
  LocalCover(Stretches listed, YearlyDays yearly, WeekTimes weekly);

  // A stretch that holds `second`: all that any kind of part covers around it, but not what further
  // parts, such as the next day of the year, add to that.
  std::optional<Stretch> Around(int64_t second) const;
  // The first second of the set ≥ `second`.
  std::optional<int64_t> FirstFrom(int64_t second) const;

 private:
  Stretches listed_;
  YearlyDays yearly_;
  WeekTimes weekly_;
};

// Where a LocalCover stands on the time line of `zone`, in seconds UTC: an instant is covered if
// the clocks of the zone show a covered time then. So both passes of a repeated hour are, what
// clocks skip never is, and a day begins at its first instant, whether or not it has a midnight.
//
// A stretch that holds `instant`; it ends at the next change of the zone's clocks at the latest,
// and begins at the last one at the earliest.
std::optional<Stretch> CoveredAround(const LocalCover& cover, int64_t instant,
                                     const absl::TimeZone& zone);

// The first covered instant ≥ `instant`. Its work does not depend on how far that is.
std::optional<int64_t> CoveredFrom(const LocalCover& cover, int64_t instant,
                                   const absl::TimeZone& zone);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_LOCAL_COVER_H_
