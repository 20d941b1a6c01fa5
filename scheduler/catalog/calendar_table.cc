#include "scheduler/catalog/calendar_table.h"

#include "scheduler/base/errors.h"

namespace scheduler::catalog {

CalendarId CalendarTable::IdOf(const Key& key) {
  const auto [place, is_new] = ids_.try_emplace(key, static_cast<CalendarId>(slots_.size()));
  if (!is_new) return place->second;
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    place->second = free_.back();
    free_.pop_back();
  }
  slots_[place->second].key = key;
  return place->second;
}

void CalendarTable::DropIfUnused(CalendarId id) {
  Slot& slot = slots_[id];
  if (slot.entry.calendar != nullptr || slot.times != nullptr || slot.entry.job_count > 0) return;
  ids_.erase(slot.key);
  slot = Slot();
  free_.push_back(id);
}

bool CalendarTable::full() const {
  base::MutexLock lock(&mu_);
  return free_.empty() && slots_.size() >= kMaxCalendars;
}

void CalendarTable::Put(core::StoredCalendar calendar) {
  base::MutexLock lock(&mu_);
  const std::string& product = calendar.spec.product;
  const CalendarId id = IdOf(Key(product, calendar.spec.tag));
  Slot& slot = slots_[id];
  if (slot.entry.calendar != nullptr) by_uid_.erase({product, slot.entry.calendar->uid});
  by_uid_[{product, calendar.uid}] = id;
  slot.entry.calendar = std::make_shared<const core::StoredCalendar>(std::move(calendar));
}

void CalendarTable::Remove(const std::string& product, const std::string& tag) {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, tag));
  if (it == ids_.end()) return;
  Slot& slot = slots_[it->second];
  if (slot.entry.calendar != nullptr) by_uid_.erase({product, slot.entry.calendar->uid});
  slot.entry.calendar = nullptr;
  DropIfUnused(it->second);
}

void CalendarTable::Activate(const std::string& product, const std::string& tag,
                             std::shared_ptr<const core::Calendar> times, base::Millis now) {
  base::MutexLock lock(&mu_);
  const CalendarId id = IdOf(Key(product, tag));
  Slot& slot = slots_[id];
  slot.missing_since = times == nullptr ? now : 0;
  slot.times = std::move(times);
  DropIfUnused(id);
}

CalendarEntry CalendarTable::Find(const std::string& product, const std::string& tag) const {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, tag));
  return it == ids_.end() ? CalendarEntry() : slots_[it->second].entry;
}

std::vector<CalendarEntry> CalendarTable::List(const std::string& product, core::Uid after,
                                               int limit) const {
  base::MutexLock lock(&mu_);
  std::vector<CalendarEntry> page;
  for (auto it = by_uid_.upper_bound({product, after});
       it != by_uid_.end() && it->first.first == product && page.size() < size_t(limit); ++it) {
    page.push_back(slots_[it->second].entry);
  }
  return page;
}

absl::StatusOr<CalendarId> CalendarTable::Refer(const std::string& product,
                                                const std::string& tag) {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, tag));
  const bool stands = it != ids_.end() && slots_[it->second].entry.calendar != nullptr &&
                      slots_[it->second].times != nullptr;
  if (!stands) return base::errors::CalendarNotFound(product, tag);
  ++slots_[it->second].entry.job_count;
  return it->second;
}

CalendarId CalendarTable::ReferUnchecked(const std::string& product, const std::string& tag) {
  base::MutexLock lock(&mu_);
  const CalendarId id = IdOf(Key(product, tag));
  ++slots_[id].entry.job_count;
  return id;
}

void CalendarTable::Unrefer(CalendarId id) {
  base::MutexLock lock(&mu_);
  --slots_[id].entry.job_count;
  DropIfUnused(id);
}

std::shared_ptr<const core::Calendar> CalendarTable::Times(const std::string& product,
                                                           const std::string& tag) const {
  base::MutexLock lock(&mu_);
  const auto it = ids_.find(Key(product, tag));
  return it == ids_.end() ? nullptr : slots_[it->second].times;
}

std::shared_ptr<const core::Calendar> CalendarTable::Get(CalendarId id) const {
  base::MutexLock lock(&mu_);
  return slots_[id].times;
}

base::Millis CalendarTable::MissingSince(CalendarId id) const {
  base::MutexLock lock(&mu_);
  return slots_[id].missing_since;
}

}  // namespace scheduler::catalog
