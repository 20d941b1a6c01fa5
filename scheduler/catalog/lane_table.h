#ifndef SCHEDULER_CATALOG_LANE_TABLE_H_
#define SCHEDULER_CATALOG_LANE_TABLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"

namespace scheduler::catalog {

// Numbers the lanes of worker queues: the same (product, queue) has the same lane, whether an event
// or a worker names it first. One that an event has named keeps its number until the process ends,
// since runs may wait there. One that only workers have named keeps it as long as somebody holds it:
// workers may name any queue, and what they name must not pile up. Then another queue gets the
// number.
//
// Thread-safe; the lock is a leaf.
class LaneTable {
 public:
  // For an event.
  core::LaneId LaneOf(std::string_view product, std::string_view queue);

  // For a worker. The table outlives what it returns.
  core::HeldLane Hold(std::string_view product, std::string_view queue);

  // Lanes that have a number.
  size_t size() const;

 private:
  struct Lane {
    core::LaneId id = core::kNoLane;
    bool of_event = false;
    int64_t holds = 0;
  };
  using Lanes = std::map<std::pair<std::string, std::string>, Lane>;

  Lanes::iterator Find(std::string_view product, std::string_view queue)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Release(Lanes::iterator lane);

  mutable base::Mutex mu_;
  Lanes lanes_ ABSL_GUARDED_BY(mu_);
  core::LaneId next_ ABSL_GUARDED_BY(mu_) = core::kFirstWorkerLane;
  std::vector<core::LaneId> free_ ABSL_GUARDED_BY(mu_);  // below next_
};

// The queue of a worker event that names none: "<event_type>/<event_tag>".
std::string DefaultQueue(const core::EventKey& key);

}  // namespace scheduler::catalog

#endif  // SCHEDULER_CATALOG_LANE_TABLE_H_
