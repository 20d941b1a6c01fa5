#include "scheduler/engine/durable_gate.h"

#include <utility>

namespace scheduler::engine {

void DurableGate::When(Ticket ticket, Then then) {
  if (durable() < ticket) {
    base::MutexLock lock(&mu_);
    if (durable() < ticket) {
      waiting_.emplace(ticket, std::move(then));
      return;
    }
  }
  then(absl::OkStatus());
}

void DurableGate::Publish(Ticket ticket) {
  std::vector<Then> ready;
  {
    base::MutexLock lock(&mu_);
    durable_.store(ticket, std::memory_order_release);
    const auto end = waiting_.upper_bound(ticket);
    for (auto it = waiting_.begin(); it != end; ++it) ready.push_back(std::move(it->second));
    waiting_.erase(waiting_.begin(), end);
  }
  Call(std::move(ready), absl::OkStatus());
}

void DurableGate::FailWaiting(const absl::Status& status) {
  std::vector<Then> failed;
  {
    base::MutexLock lock(&mu_);
    for (auto& [ticket, then] : waiting_) failed.push_back(std::move(then));
    waiting_.clear();
  }
  Call(std::move(failed), status);
}

void DurableGate::Call(std::vector<Then> ready, const absl::Status& status) {
  for (Then& then : ready) {
    if (executor_) {
      executor_([then = std::move(then), status]() mutable { then(status); });
    } else {
      then(status);
    }
  }
}

}  // namespace scheduler::engine
