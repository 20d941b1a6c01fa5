#ifndef SCHEDULER_DISPATCH_NOTIFICATION_DEADLINE_TIMER_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_DEADLINE_TIMER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/base/waiter.h"

namespace scheduler::dispatch {

// Calls back when times have come, on a thread of its own: for attempts that wait for something that cannot be
// given a timeout.
//
// Thread-safe. Callbacks are called without locks and must not block.
class DeadlineTimer {
 public:
  using Key = std::pair<int64_t, uint64_t>;  // when, and a number that makes it unique

  // The clock outlives the timer and must run by itself.
  explicit DeadlineTimer(const base::Clock* clock);
  ~DeadlineTimer() { Stop(); }
  DeadlineTimer(const DeadlineTimer&) = delete;
  DeadlineTimer& operator=(const DeadlineTimer&) = delete;

  // Calls `callback` at `mono_nanos` of the monotonic clock, unless it is forgotten or the timer stopped first.
  Key At(int64_t mono_nanos, std::function<void()> callback);
  // Does not wait for a callback under way.
  void Forget(const Key& key);

  // Ends the thread. Idempotent; not from a callback.
  void Stop();

 private:
  void Run();

  const base::Clock* const clock_;
  base::Waiter waiter_;
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t last_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<Key, std::function<void()>> callbacks_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_DEADLINE_TIMER_H_
