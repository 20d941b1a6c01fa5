#ifndef SCHEDULER_CORE_RULE_RULE_DATES_H_
#define SCHEDULER_CORE_RULE_RULE_DATES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/core/model.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/schedule/stretches.h"
#include "scheduler/core/schedule/zoned_times.h"

// RDATE and EXDATE as instants, seconds UTC.
namespace scheduler::core {

// The instants of RDATE, sorted and distinct. A date stands for that day at the time of day of
// `start`. A local time in a gap or a fold follows the policy.
std::vector<ZonedTime> InstantsOf(const std::vector<RuleTime>& dates, absl::CivilSecond start,
                                  const absl::TimeZone& zone, DstPolicy policy);

// What EXDATE takes away: stretches of time. A local time in a gap takes away the one occurrence that
// RUN_AFTER makes of all times in the gap; one in a fold, both passes; a date, all from its first instant to the next
// day's. Immutable and thread-safe.
class RuleExclusions {
 public:
  RuleExclusions(const std::vector<RuleTime>& excluded, const absl::TimeZone& zone,
                 DstPolicy policy);

  // The stretch that holds `instant`.
  std::optional<Stretch> Around(int64_t instant) const { return stretches_.Around(instant); }
  // Sorted, apart from each other.
  const std::vector<Stretch>& stretches() const { return stretches_.list(); }

 private:
  Stretches stretches_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_DATES_H_
