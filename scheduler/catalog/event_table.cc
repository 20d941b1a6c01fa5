#include "scheduler/catalog/event_table.h"

#include "scheduler/base/errors.h"

namespace scheduler::catalog {

core::LaneId EventTable::LaneFor(const core::Event& event) const {
  if (const auto* worker = std::get_if<core::WorkerTarget>(&event.target)) {
    return lanes_->LaneOf(event.product,
                          worker->queue.empty() ? DefaultQueue(event.key) : worker->queue);
  }
  return core::ExecutorLane(event.target);
}

EventId EventTable::IdOf(const Key& key) {
  const auto it = ids_.find(key);
  if (it != ids_.end()) return it->second;
  EventId id = static_cast<EventId>(slots_.size());
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
  } else {
    slots_.emplace_back();
  }
  slots_[id].key = key;
  ids_.emplace(key, id);
  return id;
}

bool EventTable::full() const {
  base::MutexLock lock(&mu_);
  return free_.empty() && slots_.size() >= kMaxEvents;
}

void EventTable::DropIfUnused(EventId id) {
  Slot& slot = slots_[id];
  if (slot.entry.event != nullptr || slot.entry.job_count > 0 || slot.holds > 0) return;
  ids_.erase(slot.key);
  slot = Slot();
  free_.push_back(id);
}

void EventTable::SetLimitSink(core::LimitSink* sink) {
  std::vector<std::pair<core::LimitGroup, core::EventLimits>> present;
  {
    base::MutexLock lock(&mu_);
    for (const Slot& slot : slots_) {
      if (slot.group == core::kNoGroup || slot.entry.event == nullptr) continue;
      present.emplace_back(slot.group, slot.entry.event->limits);
    }
  }
  limit_sink_ = sink;
  for (const auto& [group, limits] : present) TellLimits(group, limits);
}

void EventTable::TellLimits(core::LimitGroup group, const core::EventLimits& limits) {
  if (group != core::kNoGroup && limit_sink_ != nullptr) limit_sink_->SetLimits(group, limits);
}

void EventTable::Put(core::Event event) {
  const core::LaneId lane = LaneFor(event);
  const core::EventLimits limits = event.limits;
  core::LimitGroup group = core::kNoGroup;
  {
    base::MutexLock lock(&mu_);
    const EventId id = IdOf(Key(event.product, event.key));
    Slot& slot = slots_[id];
    if (slot.entry.event != nullptr) by_uid_.erase({event.product, slot.entry.event->uid});
    by_uid_[{event.product, event.uid}] = id;
    slot.entry.event = std::make_shared<const core::Event>(std::move(event));
    slot.removed_at = 0;
    // Executors share their places out to events; workers take what they ask for.
    const bool grouped = limits.any() || lane < core::kFirstWorkerLane;
    if (grouped && slot.group == core::kNoGroup) slot.group = ++last_group_;
    group = slot.group;
    Publish(id, {lane, grouped ? group : core::kNoGroup});
  }
  TellLimits(group, limits);
}

void EventTable::MarkDurable(const std::string& product, const core::EventKey& key) {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, key));
  if (it != ids_.end()) slots_[it->second].durable = true;
}

void EventTable::Remove(const std::string& product, const core::EventKey& key, base::Millis now) {
  core::LimitGroup group = core::kNoGroup;
  {
    base::MutexLock lock(&mu_);
    const auto it = ids_.find(Key(product, key));
    if (it == ids_.end()) return;
    const EventId id = it->second;
    Slot& slot = slots_[id];
    if (slot.entry.event != nullptr) by_uid_.erase({product, slot.entry.event->uid});
    slot.entry.event = nullptr;
    slot.durable = false;
    slot.removed_at = now;
    group = slot.group;
    Publish(id, EventRoute());
    DropIfUnused(id);
  }
  // What waits for the limits comes out, to be ended.
  TellLimits(group, core::EventLimits());
}

EventEntry EventTable::Find(const std::string& product, const core::EventKey& key) const {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, key));
  return it == ids_.end() ? EventEntry() : slots_[it->second].entry;
}

std::vector<EventEntry> EventTable::List(const std::string& product, core::Uid after,
                                         int limit) const {
  base::MutexLock lock(&mu_);
  std::vector<EventEntry> page;
  for (auto it = by_uid_.upper_bound({product, after});
       it != by_uid_.end() && it->first.first == product && page.size() < size_t(limit); ++it) {
    page.push_back(slots_[it->second].entry);
  }
  return page;
}

absl::StatusOr<EventId> EventTable::Refer(const std::string& product, const core::EventKey& key) {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, key));
  if (it == ids_.end() || !slots_[it->second].durable) {
    return base::errors::EventNotFound(product, core::EventTypeName(key.type), key.tag);
  }
  ++slots_[it->second].entry.job_count;
  return it->second;
}

EventId EventTable::ReferUnchecked(const std::string& product, const core::EventKey& key) {
  base::MutexLock lock(&mu_);
  const EventId id = IdOf(Key(product, key));
  ++slots_[id].entry.job_count;
  return id;
}

void EventTable::Unrefer(EventId id) {
  base::MutexLock lock(&mu_);
  --slots_[id].entry.job_count;
  DropIfUnused(id);
}

EventId EventTable::Hold(const std::string& product, const core::EventKey& key) {
  base::MutexLock lock(&mu_);
  const EventId id = IdOf(Key(product, key));
  ++slots_[id].holds;
  return id;
}

void EventTable::Unhold(EventId id) {
  base::MutexLock lock(&mu_);
  --slots_[id].holds;
  DropIfUnused(id);
}

std::shared_ptr<const core::Event> EventTable::Get(EventId id) const {
  base::MutexLock lock(&mu_);
  return slots_[id].entry.event;
}

EventTable::Resolved EventTable::Resolve(EventId id) const {
  base::MutexLock lock(&mu_);
  return {routes_[id].load(std::memory_order_relaxed), slots_[id].entry.event};
}

base::Millis EventTable::MissingSince(EventId id) const {
  base::MutexLock lock(&mu_);
  return slots_[id].removed_at;
}

core::EventKey EventTable::KeyOf(EventId id) const {
  base::MutexLock lock(&mu_);
  return slots_[id].key.second;
}

}  // namespace scheduler::catalog
