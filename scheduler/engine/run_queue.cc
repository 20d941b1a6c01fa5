#include "scheduler/engine/run_queue.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"

namespace scheduler::engine {

void FifoRunQueue::Push(absl::Span<const core::ReadyRun> runs) {
  if (runs.empty()) return;
  absl::InlinedVector<core::LaneId, 8> touched;
  {
    base::MutexLock lock(&mu_);
    std::deque<core::ReadyRun>* queue = nullptr;
    core::LaneId last = core::kNoLane;
    for (const core::ReadyRun& run : runs) {
      if (queue == nullptr || run.lane != last) {
        last = run.lane;
        queue = &lanes_[last];
        if (std::find(touched.begin(), touched.end(), last) == touched.end()) {
          touched.push_back(last);
        }
      }
      queue->push_back(run);
    }
  }
  total_.fetch_add(runs.size(), std::memory_order_relaxed);
  if (listener_ == nullptr) return;
  for (const core::LaneId lane : touched) listener_->OnReady(lane);
}

size_t FifoRunQueue::Pop(core::LaneId lane, size_t max, std::vector<core::ReadyRun>* out) {
  size_t count = 0;
  {
    base::MutexLock lock(&mu_);
    const auto it = lanes_.find(lane);
    if (it == lanes_.end()) return 0;
    std::deque<core::ReadyRun>& queue = it->second;
    count = std::min(max, queue.size());
    out->insert(out->end(), queue.begin(), queue.begin() + static_cast<ptrdiff_t>(count));
    queue.erase(queue.begin(), queue.begin() + static_cast<ptrdiff_t>(count));
  }
  total_.fetch_sub(count, std::memory_order_relaxed);
  return count;
}

size_t FifoRunQueue::Size(core::LaneId lane) const {
  base::MutexLock lock(&mu_);
  const auto it = lanes_.find(lane);
  return it == lanes_.end() ? 0 : it->second.size();
}

}  // namespace scheduler::engine
