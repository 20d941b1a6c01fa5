#ifndef SCHEDULER_ENGINE_ENGINE_TIME_H_
#define SCHEDULER_ENGINE_ENGINE_TIME_H_

#include <atomic>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/engine_clock.h"

namespace scheduler::engine {

using base::Millis;

// Engine time for all threads: core::EngineClock fed by the process's clock. Thread-safe.
class EngineTime {
 public:
  EngineTime(const base::Clock* clock, Millis floor)
      : clock_(clock), engine_(clock->WallNow(), clock->MonoNow(), floor), last_(engine_.now()) {}

  // Reads the clocks.
  Millis Now() {
    base::MutexLock lock(&mu_);
    const Millis now = engine_.Update(clock_->WallNow(), clock_->MonoNow());
    if (const auto from = engine_.TakeBackwardStep()) stepped_from_.store(*from);
    last_.store(now, std::memory_order_release);
    return now;
  }

  // What Now() last gave: at most a tick of a busy loop old. Takes no lock.
  Millis Last() const { return last_.load(std::memory_order_acquire); }

  // The time from which the wall clock went back by more than is slewed, once; else 0.
  Millis TakeBackwardStep() { return stepped_from_.exchange(0); }

 private:
  const base::Clock* const clock_;
  base::Mutex mu_;
  core::EngineClock engine_ ABSL_GUARDED_BY(mu_);
  std::atomic<Millis> last_;
  std::atomic<Millis> stepped_from_{0};
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_ENGINE_TIME_H_
