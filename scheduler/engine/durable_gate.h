#ifndef SCHEDULER_ENGINE_DURABLE_GATE_H_
#define SCHEDULER_ENGINE_DURABLE_GATE_H_

#include <atomic>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "scheduler/base/mutex.h"
#include "scheduler/engine/shard.h"

namespace scheduler::engine {

// Lets readers wait until what they saw is durable: one gate a loop, opened ticket by ticket by the
// committer. Thread-safe.
class DurableGate {
 public:
  // Runs what waited, off the committer; by itself it runs on the committer's thread.
  using Executor = std::function<void(absl::AnyInvocable<void()>)>;
  // REQUIRES: nothing waits.
  void SetExecutor(Executor executor) { executor_ = std::move(executor); }

  // OK: what was waited for is durable. Else it is not, and may take long.
  using Then = absl::AnyInvocable<void(absl::Status)>;
  // Calls `then` as soon as `ticket` is durable: at once, from this thread, if it is already.
  void When(Ticket ticket, Then then);

  // Everything up to `ticket` is durable. Calls those who waited for it.
  void Publish(Ticket ticket);

  // Nothing can be made durable at present. Calls all who wait.
  void FailWaiting(const absl::Status& status);

  Ticket durable() const { return durable_.load(std::memory_order_acquire); }

 private:
  void Call(std::vector<Then> ready, const absl::Status& status);

  Executor executor_;
  std::atomic<Ticket> durable_{0};
  base::Mutex mu_;
  std::multimap<Ticket, Then> waiting_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_DURABLE_GATE_H_
