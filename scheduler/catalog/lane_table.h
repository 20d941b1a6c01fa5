#ifndef SCHEDULER_CATALOG_LANE_TABLE_H_
#define SCHEDULER_CATALOG_LANE_TABLE_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"

namespace scheduler::catalog {

// Numbers the lanes of worker queues: the same (product, queue) has the same lane until the process
// ends, whether an event or a worker names it first. Thread-safe.
class LaneTable {
 public:
  core::LaneId LaneOf(std::string_view product, std::string_view queue);

 private:
  base::Mutex mu_;
  absl::flat_hash_map<std::pair<std::string, std::string>, core::LaneId> lanes_
      ABSL_GUARDED_BY(mu_);
};

// The queue of a worker event that names none: "<event_type>/<event_tag>".
std::string DefaultQueue(const core::EventKey& key);

}  // namespace scheduler::catalog

#endif  // SCHEDULER_CATALOG_LANE_TABLE_H_
