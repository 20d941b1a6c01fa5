#ifndef SCHEDULER_CORE_SCHEDULE_SCHEDULE_H_
#define SCHEDULER_CORE_SCHEDULE_SCHEDULE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/ids.h"

namespace scheduler::core {

using base::Millis;

// One due time of a schedule.
struct Occurrence {
  Millis nominal = 0;     // the time the schedule names; what cursors and records hold
  Millis due = 0;         // when it is to run: nominal, or later
  std::string_view note;  // why it stands where it does, static text; empty if as the pattern says

  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

// What a job adds to a pattern. Occurrences lie in [start_time, end_time).
struct ScheduleContext {
  Uid uid = 0;
  Millis start_time = 0;
  Millis end_time = base::kNever;
};

// A pattern of nominal times: a pure, immutable value, deterministic in (context, argument), shared
// by all jobs that have the same pattern. Thread-safe. Every call does bounded work whatever its
// arguments.
class Schedule {
 public:
  virtual ~Schedule() = default;

  // The first occurrence with nominal > `after`.
  virtual std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const = 0;

  // The last occurrence with nominal < `before`.
  virtual std::optional<Occurrence> Previous(const ScheduleContext& context,
                                             Millis before) const = 0;

  // The number of occurrences with nominal in (from, to]; 0 if to ≤ from.
  virtual int64_t Count(const ScheduleContext& context, Millis from, Millis to) const = 0;

  // Which occurrences are due at `time`: those with nominal ≤ the result, which is at most `time`.
  virtual Millis DueUntil(const ScheduleContext& /*context*/, Millis time) const { return time; }
};

// Occurrence k = start_time + k × interval, k ≥ 0: a fixed rate without drift.
// REQUIRES: interval ≥ 1.
class IntervalSchedule final : public Schedule {
 public:
  explicit IntervalSchedule(Millis interval) : interval_(interval) {}

  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;

 private:
  Millis interval_;
};

// The one occurrence at start_time: the next run of a FIXED_DELAY job, whose start_time is moved to
// the end of each run plus the interval.
class SingleSchedule final : public Schedule {
 public:
  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;
};

// A list of given times. REQUIRES: sorted, without doubles.
class TimesSchedule final : public Schedule {
 public:
  explicit TimesSchedule(std::vector<Millis> times) : times_(std::move(times)) {}

  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;

  const std::vector<Millis>& times() const { return times_; }

 private:
  std::vector<Millis> times_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_SCHEDULE_H_
