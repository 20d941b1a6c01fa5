#include "scheduler/catalog/connection_table.h"

namespace scheduler::catalog {

void ConnectionTable::Put(core::StoredConnection connection) {
  base::MutexLock lock(&mu_);
  const Key key(connection.spec.product, connection.spec.tag);
  ConnectionEntry& entry = entries_[key];
  if (entry.connection != nullptr) by_uid_.erase({key.first, entry.connection->uid});
  by_uid_[{key.first, connection.uid}] = key.second;
  entry.connection = std::make_shared<const core::StoredConnection>(std::move(connection));
}

void ConnectionTable::Remove(const std::string& product, const std::string& tag) {
  base::MutexLock lock(&mu_);
  const Key key(product, tag);
  const auto it = entries_.find(key);
  if (it == entries_.end() || it->second.connection == nullptr) return;
  by_uid_.erase({product, it->second.connection->uid});
  it->second.connection = nullptr;
  DropIfUnused(key);
}

void ConnectionTable::DropIfUnused(const Key& key) {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return;
  if (it->second.connection == nullptr && it->second.event_count <= 0) entries_.erase(it);
}

ConnectionEntry ConnectionTable::Find(const std::string& product, const std::string& tag) const {
  base::MutexLock lock(&mu_);
  const auto it = entries_.find(Key(product, tag));
  return it == entries_.end() ? ConnectionEntry() : it->second;
}

std::vector<ConnectionEntry> ConnectionTable::List(const std::string& product, core::Uid after,
                                                   int limit) const {
  base::MutexLock lock(&mu_);
  std::vector<ConnectionEntry> page;
  for (auto it = by_uid_.upper_bound({product, after}); it != by_uid_.end(); ++it) {
    if (it->first.first != product || page.size() >= size_t(limit)) break;
    page.push_back(entries_.at(Key(product, it->second)));
  }
  return page;
}

void ConnectionTable::ForEach(absl::FunctionRef<void(const core::StoredConnection&)> visit) const {
  std::vector<std::shared_ptr<const core::StoredConnection>> all;
  {
    base::MutexLock lock(&mu_);
    for (const auto& [key, entry] : entries_) {
      if (entry.connection != nullptr) all.push_back(entry.connection);
    }
  }
  for (const auto& connection : all) visit(*connection);
}

bool ConnectionTable::full() const {
  base::MutexLock lock(&mu_);
  return by_uid_.size() >= kMaxConnections;
}

void ConnectionTable::Refer(const std::string& product, const std::vector<std::string_view>& tags) {
  base::MutexLock lock(&mu_);
  for (const std::string_view tag : tags) ++entries_[Key(product, tag)].event_count;
}

void ConnectionTable::Unrefer(const std::string& product,
                              const std::vector<std::string_view>& tags) {
  base::MutexLock lock(&mu_);
  for (const std::string_view tag : tags) {
    const Key key(product, tag);
    const auto it = entries_.find(key);
    if (it == entries_.end()) continue;
    --it->second.event_count;
    DropIfUnused(key);
  }
}

}  // namespace scheduler::catalog
