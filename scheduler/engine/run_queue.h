#ifndef SCHEDULER_ENGINE_RUN_QUEUE_H_
#define SCHEDULER_ENGINE_RUN_QUEUE_H_

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/engine/limited_runs.h"

namespace scheduler::engine {

// First in, first out inside a lane, but for runs that wait for their limit: others pass them, and
// when they may start they have the place that they came to. Fairness over products and priorities
// plugs in here, behind core::RunQueue.
//
// Runs without a group do not come near the limits: as long as no run of a group waits in their lane
// they are pushed and popped in one piece.
class FifoRunQueue final : public core::RunQueue, public core::LimitSink {
 public:
  // The clock outlives the queue.
  explicit FifoRunQueue(const base::Clock* clock) : clock_(clock) {}

  void Push(absl::Span<const core::ReadyRun> runs) override;
  size_t Pop(core::LaneId lane, size_t max, std::vector<core::ReadyRun>* out) override;
  size_t PopShared(core::LaneId lane, size_t max, size_t room, std::vector<core::ReadyRun>* out,
                   int64_t* next_time) override;
  void Ended(core::LaneId lane, absl::Span<const core::LimitGroup> groups) override;
  void GiveBack(absl::Span<const core::ReadyRun> runs) override;
  size_t Size(core::LaneId lane) const override;
  size_t TotalSize() const override { return total_.load(std::memory_order_relaxed); }
  size_t LimitedSize() const override;
  void SetListener(core::LaneListener* listener) override { listener_ = listener; }

  void SetLimits(core::LimitGroup group, const core::EventLimits& limits) override;

  // What PopShared says of the lane's times.
  int64_t NextTime(core::LaneId lane) const;

  // A process before this one may have started attempts until now. REQUIRES: before the first Push.
  void HoldBack();

 private:
  struct Lane {
    std::deque<core::ReadyRun> runs;       // those without a group
    uint64_t popped = 0;                   // of those, since ever
    std::unique_ptr<LimitedLane> limited;  // null: there was no other

    bool has_limited() const { return limited != nullptr && limited->size() > 0; }
    size_t size() const { return runs.size() + (limited == nullptr ? 0 : limited->size()); }
  };

  void PushLimited(Lane* lane, const core::ReadyRun& run, int64_t now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // `room` as for PopShared.
  size_t PopMixed(Lane* lane, size_t max, size_t room, std::vector<core::ReadyRun>* out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Tell(const LimitedRuns::Lanes& lanes);

  const base::Clock* const clock_;
  core::LaneListener* listener_ = nullptr;
  std::atomic<size_t> total_{0};
  mutable base::Mutex mu_;
  absl::flat_hash_map<core::LaneId, Lane> lanes_ ABSL_GUARDED_BY(mu_);
  LimitedRuns limited_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_RUN_QUEUE_H_
