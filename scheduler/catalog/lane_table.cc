#include "scheduler/catalog/lane_table.h"

#include "absl/strings/str_cat.h"

namespace scheduler::catalog {

core::LaneId LaneTable::LaneOf(std::string_view product, std::string_view queue) {
  base::MutexLock lock(&mu_);
  const auto next = static_cast<core::LaneId>(core::kFirstWorkerLane + lanes_.size());
  return lanes_.try_emplace(std::pair(std::string(product), std::string(queue)), next)
      .first->second;
}

std::string DefaultQueue(const core::EventKey& key) {
  return absl::StrCat(core::EventTypeName(key.type), "/", key.tag);
}

}  // namespace scheduler::catalog
