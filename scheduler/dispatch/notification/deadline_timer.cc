#include "scheduler/dispatch/notification/deadline_timer.h"

#include <pthread.h>

#include <csignal>
#include <limits>
#include <vector>

namespace scheduler::dispatch {

DeadlineTimer::DeadlineTimer(const base::Clock* clock) : clock_(clock) {
  thread_ = std::thread([this] { Run(); });
}

DeadlineTimer::Key DeadlineTimer::At(int64_t mono_nanos, std::function<void()> callback) {
  bool first = false;
  Key key;
  {
    base::MutexLock lock(&mu_);
    key = {mono_nanos, ++last_};
    if (stopped_) return key;
    callbacks_.emplace(key, std::move(callback));
    first = callbacks_.begin()->first == key;
  }
  if (first) waiter_.Wake();
  return key;
}

void DeadlineTimer::Forget(const Key& key) {
  std::function<void()> forgotten;  // its end may be another's beginning: not under the lock
  base::MutexLock lock(&mu_);
  const auto found = callbacks_.find(key);
  if (found == callbacks_.end()) return;
  forgotten.swap(found->second);
  callbacks_.erase(found);
}

void DeadlineTimer::Stop() {
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    stopped_ = true;
  }
  waiter_.Wake();
  thread_.join();
}

void DeadlineTimer::Run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (true) {
    std::vector<std::function<void()>> due;
    int64_t next = std::numeric_limits<int64_t>::max();
    {
      base::MutexLock lock(&mu_);
      if (stopped_) return;
      const int64_t now = clock_->MonoNanos();
      while (!callbacks_.empty() && callbacks_.begin()->first.first <= now) {
        due.push_back(std::move(callbacks_.begin()->second));
        callbacks_.erase(callbacks_.begin());
      }
      if (!callbacks_.empty()) next = callbacks_.begin()->first.first;
    }
    for (const auto& callback : due) callback();
    if (due.empty()) waiter_.WaitUntilMono(next, *clock_);
  }
}

}  // namespace scheduler::dispatch
