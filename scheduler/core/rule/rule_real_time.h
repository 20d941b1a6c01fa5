#ifndef SCHEDULER_CORE_RULE_RULE_REAL_TIME_H_
#define SCHEDULER_CORE_RULE_RULE_REAL_TIME_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/rule/rule_periods.h"

namespace scheduler::core {

// The instants of a rule that follows real time (FollowsRealTime), without COUNT and UNTIL.
//
// An instant is one of them if the local time that clocks show at it is admitted by the BY parts,
// and if INTERVAL's count falls on the hour, minute or second that has passed since the start. So a
// repeated hour has the rule's times twice, a skipped one not at all, and every third hour stays
// three hours from the last. Where clocks are turned by a part of the unit (half an hour, HOURLY),
// the hours are still those of the clock: that part is not counted as passed.
//
// Between two changes of the offset local and real time run alike; each stretch is one call of
// RulePeriods with the phase moved by what the offset has changed since the start. Instants are
// seconds as in local_time.h. Immutable and thread-safe.
class RealTimeRule {
 public:
  RealTimeRule(const RulePattern& pattern, int64_t start, absl::TimeZone zone);

  // The first and the last instant in [from, to), and how many there are.
  std::optional<int64_t> First(int64_t from, int64_t to) const;
  std::optional<int64_t> Last(int64_t from, int64_t to) const;
  int64_t Count(int64_t from, int64_t to) const;

  // Where the nth instant of [from, to) stands.
  std::optional<int64_t> PlaceOf(int64_t n, int64_t from, int64_t to) const;

 private:
  int64_t OffsetAt(int64_t instant) const;
  int64_t ShiftFor(int64_t offset) const { return (offset - start_offset_) / unit_seconds_; }
  int64_t Count(int64_t from, int64_t to, RulePeriods::Memory* memory) const;

  absl::TimeZone zone_;
  int64_t start_offset_;
  int64_t unit_seconds_;
  RulePeriods periods_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_REAL_TIME_H_
