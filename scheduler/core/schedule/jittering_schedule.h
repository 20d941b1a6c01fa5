#ifndef SCHEDULER_CORE_SCHEDULE_JITTERING_SCHEDULE_H_
#define SCHEDULER_CORE_SCHEDULE_JITTERING_SCHEDULE_H_

#include <cstdint>
#include <optional>

#include "scheduler/core/schedule/schedule.h"

namespace scheduler::core {

// How much later than `nominal` a job with this uid is due: 0 to `most` ms, any of them as likely as
// another, and always the same. REQUIRES: most ≥ 0.
Millis JitterOf(Uid uid, Millis nominal, Millis most);

// A schedule whose occurrences are due up to `jitter` ms late, each before the nominal time of the next
// one, so that their order stays. A call costs one more Next of the schedule.
class JitteringSchedule final : public Schedule {
 public:
  // `schedule` outlives it, and is due at its nominal times. REQUIRES: jitter ≥ 0.
  JitteringSchedule(const Schedule* schedule, Millis jitter)
      : schedule_(*schedule), jitter_(jitter) {}

  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;
  Millis DueUntil(const ScheduleContext& context, Millis time) const override;

 private:
  Occurrence Delayed(const ScheduleContext& context, Occurrence occurrence) const;

  const Schedule& schedule_;
  Millis jitter_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_JITTERING_SCHEDULE_H_
