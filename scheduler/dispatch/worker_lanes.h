#ifndef SCHEDULER_DISPATCH_WORKER_LANES_H_
#define SCHEDULER_DISPATCH_WORKER_LANES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"

namespace scheduler::dispatch {

// Takes runs out of lanes: a worker's stream or a waiting LeaseRuns call.
class LaneTaker {
 public:
  virtual ~LaneTaker() = default;

  // How full it is, kFullLoad and above: it takes nothing now.
  static constexpr uint32_t kFullLoad = 1024;
  virtual uint32_t load() const = 0;

  // One of its lanes has runs, of which it may take its share: an equal one with the other
  // `sharers` - 1 that they are offered to. May take them on this very thread. Called with no lock
  // held.
  virtual void Offer(uint32_t sharers) = 0;
};

// A lane that somebody serves.
struct WorkerLane {
  explicit WorkerLane(core::LaneId lane_id) : id(lane_id) {}

  const core::LaneId id;
  // False only while the lane is known to be empty. A taker clears it before it pops and sets it
  // again if it got all it asked for; OnReady sets it after a push. So a run in the queue is always
  // seen by whoever looks after it was pushed.
  std::atomic<bool> ready{true};
  std::atomic<uint32_t> takers{0};
};

// Which takers serve which lane. Lanes without takers are forgotten.
//
// Thread safety: everything from any thread; the lock is a leaf.
class WorkerLanes {
 public:
  WorkerLanes() = default;
  WorkerLanes(const WorkerLanes&) = delete;
  WorkerLanes& operator=(const WorkerLanes&) = delete;

  // The taker looks into the lane itself after this: earlier pushes are not offered again.
  std::shared_ptr<WorkerLane> Join(core::LaneId lane, std::shared_ptr<LaneTaker> taker);
  void Leave(core::LaneId lane, const LaneTaker* taker);

  // The lane received runs. True if its takers are to be told: somebody serves it, and it was not
  // known to have runs.
  bool MarkReady(core::LaneId lane);

  // The lane, null if nobody serves it, and at most kMaxOffers of its takers that are not full, the
  // emptiest first. Where there are more, each call looks at the next ones.
  std::shared_ptr<WorkerLane> Candidates(core::LaneId lane,
                                         std::vector<std::shared_ptr<LaneTaker>>* takers);

  static constexpr size_t kMaxOffers = 32;

 private:
  struct Entry {
    std::shared_ptr<WorkerLane> lane;
    std::vector<std::shared_ptr<LaneTaker>> takers;
    size_t cursor = 0;
  };

  base::Mutex mu_;
  absl::flat_hash_map<core::LaneId, Entry> entries_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_LANES_H_
