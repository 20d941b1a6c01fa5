#ifndef SCHEDULER_ENGINE_RUN_QUEUE_H_
#define SCHEDULER_ENGINE_RUN_QUEUE_H_

#include <atomic>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"

namespace scheduler::engine {

// First in, first out inside a lane. Fairness over products and priorities plugs in here, behind
// core::RunQueue.
class FifoRunQueue final : public core::RunQueue {
 public:
  void Push(absl::Span<const core::ReadyRun> runs) override;
  size_t Pop(core::LaneId lane, size_t max, std::vector<core::ReadyRun>* out) override;
  size_t Size(core::LaneId lane) const override;
  size_t TotalSize() const override { return total_.load(std::memory_order_relaxed); }
  void SetListener(core::LaneListener* listener) override { listener_ = listener; }

 private:
  core::LaneListener* listener_ = nullptr;
  std::atomic<size_t> total_{0};
  mutable base::Mutex mu_;
  absl::flat_hash_map<core::LaneId, std::deque<core::ReadyRun>> lanes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_RUN_QUEUE_H_
