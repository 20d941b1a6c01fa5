#ifndef SCHEDULER_BASE_CLOCK_H_
#define SCHEDULER_BASE_CLOCK_H_

#include <cstdint>

#include "scheduler/base/millis.h"

namespace scheduler::base {

// The one source of time. Wall time is for people and schedules and may step in either direction;
// monotonic time is for intervals and never goes back. All other code gets its time from an
// injected Clock: a check in CI refuses direct calls to system clocks outside scheduler/base.
//
// Thread safety: every implementation may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time, UTC, truncated to milliseconds.
  virtual Millis WallNow() const = 0;

  // The same, in nanoseconds: for sleeping until a millisecond begins.
  virtual int64_t WallNanos() const { return WallNow() * 1'000'000; }

  // Nanoseconds since an arbitrary start; never decreases within one process.
  virtual int64_t MonoNanos() const = 0;

  // Milliseconds of the same monotonic clock.
  Millis MonoNow() const { return MonoNanos() / 1'000'000; }
};

// The system's clocks (CLOCK_REALTIME, CLOCK_MONOTONIC).
class SystemClock final : public Clock {
 public:
  Millis WallNow() const override { return WallNanos() / 1'000'000; }
  int64_t WallNanos() const override;
  int64_t MonoNanos() const override;
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_CLOCK_H_
