#ifndef SCHEDULER_ENGINE_SHARED_SCHEDULE_H_
#define SCHEDULER_ENGINE_SHARED_SCHEDULE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "scheduler/core/model.h"
#include "scheduler/core/schedule.h"
#include "scheduler/engine/interner.h"

namespace scheduler::engine {

// What decides the nominal times of a job that is no interval, as far as jobs can share it.
struct Pattern {
  core::Timing timing;
  std::string time_zone;
  core::DstPolicy dst;
  core::Millis anchor = 0;  // of a rule, which counts from its start_time; else 0

  friend bool operator==(const Pattern&, const Pattern&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Pattern& p) {
    return H::combine(std::move(h), p.timing.times, p.timing.cron, p.timing.rule, p.time_zone,
                      p.dst.gap, p.dst.fold, p.anchor);
  }
};

// The timing as the registry keeps it: a cron pattern in its canonical form, so that equal ones are one,
// and with each `H` replaced by what it means for a job of this product and tag. A pattern that cannot
// be read stays as it is.
core::Timing ResidentTiming(const core::JobSpec& spec);

// REQUIRES: the timing is no interval. `start_time`: the phase in force.
Pattern PatternOf(const core::JobSpec& spec, core::Millis start_time);

// The schedule of a pattern. Errors name the fields of a job: INVALID_ARGUMENT, FIELD_INVALID for a
// pattern, rule or zone that cannot be read, SCHEDULE_NEVER_FIRES for one that can never match.
absl::StatusOr<std::unique_ptr<const core::Schedule>> MakeSchedule(const Pattern& pattern);

// The schedule of one job by itself, without what it excludes; a FIXED_DELAY job's as if its runs took no
// time. REQUIRES: start_time is set. Errors as above.
absl::StatusOr<std::unique_ptr<const core::Schedule>> MakeSchedule(const core::JobSpec& spec);

// A schedule made of an interned pattern. REQUIRES: MakeSchedule succeeds.
class SharedSchedule {
 public:
  // Keeps a reference to `pattern`.
  explicit SharedSchedule(const Pattern& pattern);

  const Pattern& pattern() const { return pattern_; }
  const core::Schedule& schedule() const { return *schedule_; }

 private:
  const Pattern& pattern_;
  const std::unique_ptr<const core::Schedule> schedule_;
};

using Patterns = Interner<Pattern, SharedSchedule>;

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_SHARED_SCHEDULE_H_
