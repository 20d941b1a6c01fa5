#ifndef SCHEDULER_CORE_SCHEDULE_EXCLUDING_SCHEDULE_H_
#define SCHEDULER_CORE_SCHEDULE_EXCLUDING_SCHEDULE_H_

#include <optional>
#include <vector>

#include "scheduler/core/schedule/schedule.h"

namespace scheduler::core {

// A schedule without the occurrences whose nominal times are listed. A call costs at most one call of
// the schedule for each listed time, and one more.
class ExcludingSchedule final : public Schedule {
 public:
  // Both outlive it. `excluded`: sorted, without doubles.
  ExcludingSchedule(const Schedule* schedule, const std::vector<Millis>* excluded)
      : schedule_(*schedule), excluded_(*excluded) {}

  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;
  Millis DueUntil(const ScheduleContext& context, Millis time) const override;

 private:
  bool Excludes(Millis nominal) const;

  const Schedule& schedule_;
  const std::vector<Millis>& excluded_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_EXCLUDING_SCHEDULE_H_
