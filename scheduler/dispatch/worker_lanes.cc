#include "scheduler/dispatch/worker_lanes.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace scheduler::dispatch {

std::shared_ptr<WorkerLane> WorkerLanes::Join(core::LaneId lane, std::shared_ptr<LaneTaker> taker) {
  base::MutexLock lock(&mu_);
  Entry& entry = entries_[lane];
  if (entry.lane == nullptr) entry.lane = std::make_shared<WorkerLane>(lane);
  entry.takers.push_back(std::move(taker));
  entry.lane->takers = static_cast<uint32_t>(entry.takers.size());
  return entry.lane;
}

void WorkerLanes::Leave(core::LaneId lane, const LaneTaker* taker) {
  std::shared_ptr<LaneTaker> dropped;  // destroyed after the lock
  base::MutexLock lock(&mu_);
  const auto it = entries_.find(lane);
  if (it == entries_.end()) return;
  std::vector<std::shared_ptr<LaneTaker>>& takers = it->second.takers;
  const auto found = std::find_if(takers.begin(), takers.end(),
                                  [taker](const auto& t) { return t.get() == taker; });
  if (found == takers.end()) return;
  dropped = std::move(*found);
  *found = std::move(takers.back());
  takers.pop_back();
  it->second.lane->takers = static_cast<uint32_t>(takers.size());
  if (takers.empty()) entries_.erase(it);
}

bool WorkerLanes::MarkReady(core::LaneId lane) {
  base::MutexLock lock(&mu_);
  const auto it = entries_.find(lane);
  return it != entries_.end() && !it->second.lane->ready.exchange(true);
}

std::shared_ptr<WorkerLane> WorkerLanes::Candidates(
    core::LaneId lane, std::vector<std::shared_ptr<LaneTaker>>* takers) {
  takers->clear();
  base::MutexLock lock(&mu_);
  const auto it = entries_.find(lane);
  if (it == entries_.end()) return nullptr;
  Entry& entry = it->second;
  std::vector<std::pair<uint32_t, size_t>> order;  // load, index
  const size_t count = entry.takers.size();
  for (size_t i = 0; i < count && order.size() < kMaxOffers; ++i) {
    const size_t index = (entry.cursor + i) % count;
    const uint32_t load = entry.takers[index]->load();
    if (load < LaneTaker::kFullLoad) order.emplace_back(load, index);
  }
  entry.cursor = (entry.cursor + 1) % count;
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [load, index] : order) takers->push_back(entry.takers[index]);
  return entry.lane;
}

}  // namespace scheduler::dispatch
