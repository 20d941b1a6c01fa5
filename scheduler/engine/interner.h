#ifndef SCHEDULER_ENGINE_INTERNER_H_
#define SCHEDULER_ENGINE_INTERNER_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/engine/chunked_array.h"

namespace scheduler::engine {

// Small ids for equal values, counted: an id is free again when its last user releases it. What is
// stored is made of the value, which lives as long as it and may be referred to.
//
// Thread-safe. Get takes no lock: an id that the caller's own reference (a job under its shard's
// lock) keeps alive has a value that does not change.
template <typename Value, typename Stored = Value>
class Interner {
 public:
  // The id of `value`, with one more reference.
  uint32_t Acquire(const Value& value) {
    base::MutexLock lock(&mu_);
    const auto [it, is_new] = ids_.try_emplace(value, 0);
    if (is_new) {
      it->second = NewId();
      Entry& entry = entries_[it->second];
      entry.stored = std::make_unique<Stored>(it->first);
      entry.value = &it->first;
    }
    ++entries_[it->second].references;
    return it->second;
  }

  void Release(uint32_t id) {
    base::MutexLock lock(&mu_);
    Entry& entry = entries_[id];
    if (--entry.references > 0) return;
    ids_.erase(ids_.find(*entry.value));
    entry.stored.reset();
    entry.value = nullptr;
    free_.push_back(id);
  }

  const Stored& Get(uint32_t id) const { return *entries_[id].stored; }

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
  ChunkedArray<Entry> entries_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_INTERNER_H_
