#ifndef TESTS_SUPPORT_MANUAL_CLOCK_H_
#define TESTS_SUPPORT_MANUAL_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "scheduler/base/clock.h"
#include "scheduler/base/millis.h"

namespace scheduler::base {

// A clock that stands still until the test moves it. Both times are free of each other, so that
// steps of the wall clock can be played. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Millis wall = 0, int64_t mono_nanos = 0)
      : wall_(wall), mono_nanos_(mono_nanos) {}

  Millis WallNow() const override { return wall_.load(); }
  int64_t MonoNanos() const override { return mono_nanos_.load(); }

  // Time passes: both clocks move.
  void Advance(Millis millis) {
    wall_ += millis;
    mono_nanos_ += millis * 1'000'000;
  }
  void AdvanceNanos(int64_t nanos) { mono_nanos_ += nanos; }
  // The wall clock alone: a step.
  void SetWall(Millis wall) { wall_ = wall; }
  void StepWall(Millis millis) { wall_ += millis; }
  void SetMonoNanos(int64_t mono_nanos) { mono_nanos_ = mono_nanos; }

 private:
  std::atomic<Millis> wall_;
  std::atomic<int64_t> mono_nanos_;
};

}  // namespace scheduler::base

#endif  // TESTS_SUPPORT_MANUAL_CLOCK_H_
