#include "scheduler/catalog/lane_table.h"

#include "absl/strings/str_cat.h"

namespace scheduler::catalog {

LaneTable::Lanes::iterator LaneTable::Find(std::string_view product, std::string_view queue) {
  const auto [lane, added] =
      lanes_.try_emplace(std::pair(std::string(product), std::string(queue)));
  if (!added) return lane;
  if (free_.empty()) {
    lane->second.id = next_++;
  } else {
    lane->second.id = free_.back();
    free_.pop_back();
  }
  return lane;
}

core::LaneId LaneTable::LaneOf(std::string_view product, std::string_view queue) {
  base::MutexLock lock(&mu_);
  Lane& lane = Find(product, queue)->second;
  lane.of_event = true;
  return lane.id;
}

core::HeldLane LaneTable::Hold(std::string_view product, std::string_view queue) {
  base::MutexLock lock(&mu_);
  const Lanes::iterator lane = Find(product, queue);
  ++lane->second.holds;
  return {&lane->second.id, [this, lane](const core::LaneId* /*id*/) { Release(lane); }};
}

void LaneTable::Release(Lanes::iterator lane) {
  base::MutexLock lock(&mu_);
  if (--lane->second.holds > 0 || lane->second.of_event) return;
  free_.push_back(lane->second.id);
  lanes_.erase(lane);
}

size_t LaneTable::size() const {
  base::MutexLock lock(&mu_);
  return lanes_.size();
}

std::string DefaultQueue(const core::EventKey& key) {
  return absl::StrCat(core::EventTypeName(key.type), "/", key.tag);
}

}  // namespace scheduler::catalog
