#ifndef SCHEDULER_CORE_RULE_RULE_TIMES_H_
#define SCHEDULER_CORE_RULE_RULE_TIMES_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/schedule/time_set.h"

// Which seconds of a day a rule admits: its time parts, its INTERVAL where that counts hours,
// minutes or seconds, and BYSETPOS where the period is a day or shorter.
//
// A day is divided into units: one for DAILY and longer rules, else the rule's periods: 24 hours,
// 1,440 minutes or 86,400 seconds. A unit is admitted if BYHOUR, BYMINUTE and BYSECOND admit it and
// INTERVAL's count from the start falls on it; each admitted unit has the same times inside.
namespace scheduler::core {

inline constexpr int64_t kDaySeconds = 86400;

// Immutable and thread-safe. Days are numbers as in rule_days.h; seconds count in the day. `shift`
// moves the start of INTERVAL's count forward by so many units.
class RuleTimes {
 public:
  // REQUIRES: `pattern` was completed from `start`.
  RuleTimes(const RulePattern& pattern, absl::CivilSecond start);

  // The first admitted second ≥ `second` of the day; -1 if there is none. `second` ≤ 86,400.
  int First(int64_t day, int second, int64_t shift) const;
  // The last admitted second < `second`; -1 if there is none.
  int Last(int64_t day, int second, int64_t shift) const;
  // The number of admitted seconds < `second`.
  int64_t CountBelow(int64_t day, int second, int64_t shift) const;

  // Whether each day has the same times, given by per_day().
  bool SameEveryDay() const { return interval_ == 1; }
  const TimeSet& inside() const { return inside_; }
  int64_t per_day() const { return int64_t{units_.size()} * inside_.size(); }

  // Whether INTERVAL falls on an admitted unit of any day: asked after a day without times, so that a
  // rule such as SECONDLY;INTERVAL=60;BYSECOND=30 from second 0 ends at once.
  bool CanMatch(int64_t shift) const;

  // The numbers of whole days, remembered by what they depend on: where INTERVAL's count stands as
  // the day begins. Not thread-safe; lives for one count.
  class WholeDays {
   public:
    explicit WholeDays(const RuleTimes& times) : times_(times) {}
    int64_t Count(int64_t day, int64_t shift);

   private:
    const RuleTimes& times_;
    absl::flat_hash_map<int64_t, int64_t> counts_;
  };

 private:
  int64_t IndexOf(int64_t day, int64_t shift) const;
  bool Admits(int64_t index, int unit) const;
  int FirstUnit(int64_t index, int unit) const;
  int LastUnit(int64_t index, int unit) const;
  int64_t UnitsBelow(int64_t index, int unit) const;

  int unit_seconds_;
  int units_per_day_;
  int repeating_units_;
  int64_t interval_;    // in units; 1 for DAILY and longer
  int64_t start_unit_;  // the start's unit, counted from 1970-01-01T00:00:00 local
  TimeSet units_;       // the admitted units' first seconds
  TimeSet inside_;      // the times in an admitted unit
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_TIMES_H_
