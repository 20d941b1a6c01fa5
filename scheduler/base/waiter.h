#ifndef SCHEDULER_BASE_WAITER_H_
#define SCHEDULER_BASE_WAITER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "scheduler/base/clock.h"

namespace scheduler::base {

// The one place where threads sleep: a thread waits until it is woken or a monotonic deadline has
// come. A wake is sticky: one that comes before the wait ends that wait at once, and several
// before one wait count as one.
//
// It stands on std::condition_variable and not on base::CondVar because the latter's time-outs are
// deadlines in wall time (Abseil 20220623): a wall clock that is set back by an hour would let the
// thread sleep an hour longer. libstdc++ waits on CLOCK_MONOTONIC.
//
// Thread safety: Wake from any thread; WaitUntilMono from one thread at a time.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // Ends the current or the next wait.
  void Wake();

  // Returns true, and takes the wake, as soon as there was one; false when `clock` has reached
  // `mono_nanos`. A deadline that has passed only looks. With a clock that is moved by hand, who
  // moves it calls Wake as well.
  bool WaitUntilMono(int64_t mono_nanos, const Clock& clock);

 private:
  std::atomic<bool> woken_{false};
  std::mutex mu_;  // orders a wake after the sleeper's last look at woken_
  std::condition_variable cv_;
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_WAITER_H_
