#include "scheduler/base/waiter.h"

#include <algorithm>
#include <chrono>

namespace scheduler::base {
namespace {

// No single sleep is longer, so that no sum of times can overflow.
constexpr int64_t kMaxSleepNanos = kHour * 1'000'000;

}  // namespace

void Waiter::Wake() {
  if (woken_.exchange(true)) return;  // whoever set it first notifies
  { const std::lock_guard<std::mutex> lock(mu_); }
  cv_.notify_one();
}

bool Waiter::WaitUntilMono(int64_t mono_nanos, const Clock& clock) {
  std::unique_lock<std::mutex> lock(mu_);
  while (!woken_.exchange(false)) {
    const int64_t now = clock.MonoNanos();
    if (now >= mono_nanos) return false;
    const int64_t sleep = std::min(mono_nanos, now + kMaxSleepNanos) - now;
    cv_.wait_for(lock, std::chrono::nanoseconds(sleep));
  }
  return true;
}

}  // namespace scheduler::base
