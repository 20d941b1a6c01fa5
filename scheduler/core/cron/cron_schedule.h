#ifndef SCHEDULER_CORE_CRON_CRON_SCHEDULE_H_
#define SCHEDULER_CORE_CRON_CRON_SCHEDULE_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "scheduler/core/cron/cron_pattern.h"
#include "scheduler/core/model.h"
#include "scheduler/core/schedule/schedule.h"
#include "scheduler/core/schedule/zoned_times.h"

namespace scheduler::core {

// A cron pattern in a time zone. Occurrences are whole seconds, due at their nominal time. A pattern
// that runs every hour follows real time through clock changes; for others `policy` decides
// (zoned_times.h). A time that is moved out of a gap is nominal where it runs: at the first instant
// after the gap. Notes are those of zoned_times.h.
//
// Costs: Next and Previous two or three look-ups in the zone and a match, 150 to 250 ns for common
// patterns, and up to 10 µs for what matches hardly ever. Under SKIP each time that falls into a gap
// adds a look-up and a match: some 50 µs where all of them up to 2199 do. Count is exact for every
// argument and walks no occurrences: it counts by days and months between the clock changes of the
// stretch, some 0.3 µs for an hour, 1 µs for a year and 150 µs for all of 1970-2199, whatever the
// pattern.
class CronSchedule final : public Schedule {
 public:
  CronSchedule(const CronPattern& pattern, absl::TimeZone zone, DstPolicy policy)
      : pattern_(pattern), zone_(zone), policy_(policy) {}

  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;

  const CronPattern& pattern() const { return pattern_; }
  const absl::TimeZone& zone() const { return zone_; }
  DstPolicy policy() const { return policy_; }

 private:
  CronPattern pattern_;
  absl::TimeZone zone_;
  DstPolicy policy_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_SCHEDULE_H_
