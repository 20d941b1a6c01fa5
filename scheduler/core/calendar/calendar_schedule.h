#ifndef SCHEDULER_CORE_CALENDAR_CALENDAR_SCHEDULE_H_
#define SCHEDULER_CORE_CALENDAR_CALENDAR_SCHEDULE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "absl/time/time.h"
#include "scheduler/core/calendar/calendar.h"
#include "scheduler/core/schedule/schedule.h"

namespace scheduler::core {

// A schedule without the occurrences whose nominal time one of some calendars covers.
//
// Next and Previous go from covered stretch to covered stretch and ask the schedule once for each
// that holds an occurrence, however many it holds: limits::kMaxCalendarJumps of them at most, some
// milliseconds. What lies behind more is not found, though Count counts it: a daily occurrence that is
// covered for 13 years without a day between. A schedule of minutes in hours that are all covered
// passes a day in one jump. Count asks at most twice for each stretch, and never for more of them than
// there are occurrences. Up to that bound the three agree for every argument.
class CalendarSchedule final : public Schedule {
 public:
  // All outlive it. `zone` counts for calendars that have none of their own.
  CalendarSchedule(const Schedule* schedule,
                   std::span<const std::shared_ptr<const Calendar>> calendars, absl::TimeZone zone)
      : schedule_(*schedule), calendars_(calendars), zone_(zone) {}

  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;
  Millis DueUntil(const ScheduleContext& context, Millis time) const override;

 private:
  // The latest end and the earliest begin of what the calendars cover around `t`.
  std::optional<Millis> CoveredUntil(Millis t) const;
  std::optional<Millis> CoveredSince(Millis t) const;
  // Of the stretches that end after `from` and begin at `last` or before, one that begins first.
  std::optional<CoveredStretch> FirstCovered(Millis from, Millis last) const;

  const Schedule& schedule_;
  std::span<const std::shared_ptr<const Calendar>> calendars_;
  absl::TimeZone zone_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_CALENDAR_SCHEDULE_H_
