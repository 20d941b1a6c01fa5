#ifndef SCHEDULER_ENGINE_SHARED_SCHEDULE_H_
#define SCHEDULER_ENGINE_SHARED_SCHEDULE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "scheduler/core/cron/cron_pattern.h"
#include "scheduler/core/model.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/schedule/schedule.h"
#include "scheduler/engine/interner.h"

namespace scheduler::engine {

// What decides the nominal times of a job that is no interval, as far as jobs can share it.
struct Pattern {
  core::Timing timing;
  std::string time_zone;
  core::DstPolicy dst;
  core::Millis anchor = 0;  // of a rule: its start, in whole seconds as rules count; else 0

  friend bool operator==(const Pattern&, const Pattern&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Pattern& p) {
    return H::combine(std::move(h), p.timing.times, p.timing.cron, p.timing.rule, p.time_zone,
                      p.dst.gap, p.dst.fold, p.anchor);
  }
};

// REQUIRES: the timing is no interval. `start_time`: the phase in force.
Pattern PatternOf(const core::JobSpec& spec, core::Millis start_time);

// What a timing in local times says, read from its text. Of other timings neither is there.
struct ParsedPattern {
  std::optional<core::CronPattern> cron;  // each `H` replaced by what it means for the job
  std::optional<core::RecurrenceRule> rule;
  absl::TimeZone zone;
};

// Errors name the fields of a job: INVALID_ARGUMENT, FIELD_INVALID for a pattern, rule or zone that cannot
// be read, SCHEDULE_NEVER_FIRES for a pattern that can never match.
absl::StatusOr<ParsedPattern> ParsePattern(const core::JobSpec& spec);

// The schedule of what was read. `anchor`: as Pattern's. REQUIRES: it has a cron or a rule.
std::unique_ptr<const core::Schedule> MakeSchedule(const ParsedPattern& parsed, core::Millis anchor,
                                                   core::DstPolicy dst);

// The schedule of one job by itself, without what it excludes; a FIXED_DELAY job's as if its runs took no
// time. `parsed`: what ParsePattern gives for it. REQUIRES: start_time is set.
std::unique_ptr<const core::Schedule> MakeSchedule(const core::JobSpec& spec,
                                                   const ParsedPattern& parsed);

using Patterns = Interner<Pattern, const core::Schedule>;

// One reference to an interned pattern, made if it is new; the caller releases it. The pattern of a list of
// times, or one whose timing is PreparedTiming::resident(): ParsePattern's errors where it cannot be read.
absl::StatusOr<uint32_t> AcquirePattern(Patterns* patterns, const Pattern& pattern);

// What the loops need of a pattern or rule, read and built on the thread that makes a command, since that may
// take milliseconds. Keeps the pattern interned while it lives. Thread-safe.
class PreparedTiming {
 public:
  // Errors: ParsePattern's. REQUIRES: it has a cron pattern or a rule, with a rule a start_time; `patterns`
  // outlives it.
  static absl::StatusOr<std::shared_ptr<const PreparedTiming>> Make(const core::JobSpec& spec,
                                                                    Patterns* patterns);
  PreparedTiming(core::Timing resident, Patterns* patterns, uint32_t id)
      : resident_(std::move(resident)), patterns_(*patterns), id_(id) {}
  PreparedTiming(const PreparedTiming&) = delete;
  PreparedTiming& operator=(const PreparedTiming&) = delete;
  ~PreparedTiming() { patterns_.Release(id_); }

  // The timing as the registry keeps it: a cron pattern in its canonical form, so that equal ones are one, and
  // with each `H` replaced by what it means for a job of this product and tag.
  const core::Timing& resident() const { return resident_; }
  const core::Schedule& schedule() const { return patterns_.Get(id_); }

 private:
  const core::Timing resident_;
  Patterns& patterns_;
  const uint32_t id_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_SHARED_SCHEDULE_H_
