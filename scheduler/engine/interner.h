#ifndef SCHEDULER_ENGINE_INTERNER_H_
#define SCHEDULER_ENGINE_INTERNER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/engine/chunked_array.h"

namespace scheduler::engine {

// Small ids for equal values, counted: an id is free again when its last user releases it. With each
// value something may be stored that was made of it.
//
// Thread-safe. Get and ValueOf take no lock: an id that the caller's own reference (a job under its
// shard's lock) keeps alive has a value that does not change.
template <typename Value, typename Stored = Value>
class Interner {
 public:
  // The id of `value`, with one more reference; what is stored is a copy.
  uint32_t Acquire(const Value& value) {
    const std::optional<uint32_t> known = AcquireKnown(value);
    return known.has_value() ? *known : Acquire(value, std::make_unique<Stored>(value));
  }

  // The same; `stored` was made of `value` and is dropped if there is one already.
  uint32_t Acquire(const Value& value, std::unique_ptr<Stored> stored) {
    base::MutexLock lock(&mu_);
    const auto [it, is_new] = ids_.try_emplace(value, 0);
    if (is_new) {
      it->second = NewId();
      Entry& entry = entries_[it->second];
      entry.stored = std::move(stored);
      entry.value = &it->first;
    }
    ++entries_[it->second].references;
    return it->second;
  }

  // The id of a value that has one, with one more reference.
  std::optional<uint32_t> AcquireKnown(const Value& value) {
    base::MutexLock lock(&mu_);
    const auto it = ids_.find(value);
    if (it == ids_.end()) return std::nullopt;
    ++entries_[it->second].references;
    return it->second;
  }

  void Release(uint32_t id) {
    base::MutexLock lock(&mu_);
    Entry& entry = entries_[id];
    if (--entry.references > 0) return;
    entry.stored.reset();
    ids_.erase(ids_.find(*entry.value));
    entry.value = nullptr;
    free_.push_back(id);
  }

  const Stored& Get(uint32_t id) const { return *entries_[id].stored; }
  const Value& ValueOf(uint32_t id) const { return *entries_[id].value; }

  size_t size() const {
    base::MutexLock lock(&mu_);
    return ids_.size();
  }

 private:
  struct Entry {
    std::unique_ptr<Stored> stored;
    const Value* value = nullptr;  // the key in ids_, which is a node map
    int64_t references = 0;
  };

  uint32_t NewId() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (!free_.empty()) {
      const uint32_t id = free_.back();
      free_.pop_back();
      return id;
    }
    entries_.Reserve(next_);
    return next_++;
  }

  mutable base::Mutex mu_;
  absl::node_hash_map<Value, uint32_t> ids_ ABSL_GUARDED_BY(mu_);
  std::vector<uint32_t> free_ ABSL_GUARDED_BY(mu_);
  uint32_t next_ ABSL_GUARDED_BY(mu_) = 0;
  ChunkedArray<Entry> entries_;  // after ids_, so that what is stored goes before its value
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_INTERNER_H_
