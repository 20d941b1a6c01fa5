#ifndef SCHEDULER_CORE_RULE_RULE_POSITIONS_H_
#define SCHEDULER_CORE_RULE_RULE_POSITIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "scheduler/core/rule/rule_days.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/rule/rule_times.h"

// BYSETPOS: of the times that a period has, those at given places.
namespace scheduler::core {

// The indexes, from 0 and rising, that `positions` (1 the first, -1 the last) choose of `size`
// things.
std::vector<int64_t> IndexesAt(const std::vector<int16_t>& positions, int64_t size);

// The times of a rule with BYSETPOS whose period is a week, a month or a year. Where it is a day or
// shorter, RuleTimes has settled it. Local seconds as in rule_periods.h. Immutable and thread-safe.
class RulePositions {
 public:
  // REQUIRES: `pattern` was completed from `start` and is WEEKLY, MONTHLY or YEARLY.
  RulePositions(const RulePattern& pattern, absl::CivilSecond start);

  // In [from, to). Each period in it that INTERVAL falls on is expanded, until a time is found: the
  // days of a week, a month or a year, and as many times as BYSETPOS has numbers.
  std::optional<int64_t> First(const RuleDays& days, const RuleTimes& times, int64_t from,
                               int64_t to) const;
  std::optional<int64_t> Last(const RuleDays& days, const RuleTimes& times, int64_t from,
                              int64_t to) const;
  int64_t Count(const RuleDays& days, const RuleTimes& times, int64_t from, int64_t to) const;

 private:
  int64_t PeriodOf(int64_t day) const;
  std::vector<int64_t> DaysOf(const RuleDays& days, int64_t period) const;
  std::vector<int64_t> TimesOf(const RuleDays& days, const RuleTimes& times, int64_t period) const;

  RuleFrequency frequency_;
  int64_t interval_;
  int week_start_;
  int64_t start_period_;
  std::vector<int16_t> positions_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_POSITIONS_H_
