#ifndef SCHEDULER_CORE_RULE_RULE_INSTANTS_H_
#define SCHEDULER_CORE_RULE_RULE_INSTANTS_H_

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/time/time.h"
#include "scheduler/core/model.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/rule/rule_real_time.h"
#include "scheduler/core/schedule/zoned_times.h"

namespace scheduler::core {

// Rules have times up to the end of this year, as cron patterns do.
inline constexpr int kLastRuleYear = 2199;

// The first instant after it.
int64_t EndOfRules(const absl::TimeZone& zone);

// The local times of a rule that names hours of the day, from its start to its COUNT's last.
class RuleLocalTimes final : public LocalTimes {
 public:
  RuleLocalTimes(const RulePattern& pattern, absl::CivilSecond start);

  std::optional<absl::CivilSecond> Next(absl::CivilSecond after) const override;
  std::optional<absl::CivilSecond> Previous(absl::CivilSecond before) const override;
  int64_t Count(absl::CivilSecond from, absl::CivilSecond to) const override;

 private:
  RulePeriods periods_;
  int64_t begin_;
  int64_t end_;
};

// The instants of one RRULE in a zone: [start, end) of its times, clock changes and COUNT and UNTIL
// settled. COUNT counts the times that the rule names: a time that the policy drops in a gap is
// counted, and one that it repeats in a fold is counted once; where the rule follows real time,
// instants are counted. The last of COUNT is found here, once. Immutable and thread-safe.
class RuleInstants {
 public:
  // `start` in seconds UTC. REQUIRES: not before the year 1.
  RuleInstants(const RulePattern& pattern, int64_t start, absl::TimeZone zone, DstPolicy policy);

  // The first instant > after, the last < before, and how many lie in (from, to].
  std::optional<ZonedTime> Next(int64_t after) const;
  std::optional<ZonedTime> Previous(int64_t before) const;
  int64_t Count(int64_t from, int64_t to) const;

 private:
  ZonedTimes Zoned() const { return ZonedTimes(*local_, zone_, ClockRule::kPolicy, policy_); }

  absl::TimeZone zone_;
  DstPolicy policy_;
  int64_t start_;
  int64_t end_;
  // One of both.
  std::optional<RuleLocalTimes> local_;
  std::optional<RealTimeRule> real_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_INSTANTS_H_
