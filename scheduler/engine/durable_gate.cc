#include "scheduler/engine/durable_gate.h"

#include <utility>

namespace scheduler::engine {

void DurableGate::When(Ticket ticket, absl::AnyInvocable<void()> then) {
  if (durable() < ticket) {
    base::MutexLock lock(&mu_);
    if (durable() < ticket) {
      waiting_.emplace(ticket, std::move(then));
      return;
    }
  }
  then();
}

void DurableGate::Publish(Ticket ticket) {
  std::vector<absl::AnyInvocable<void()>> ready;
  {
    base::MutexLock lock(&mu_);
    durable_.store(ticket, std::memory_order_release);
    const auto end = waiting_.upper_bound(ticket);
    for (auto it = waiting_.begin(); it != end; ++it) ready.push_back(std::move(it->second));
    waiting_.erase(waiting_.begin(), end);
  }
  for (auto& then : ready) {
    if (executor_) {
      executor_(std::move(then));
    } else {
      then();
    }
  }
}

}  // namespace scheduler::engine
