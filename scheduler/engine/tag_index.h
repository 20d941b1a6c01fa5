#ifndef SCHEDULER_ENGINE_TAG_INDEX_H_
#define SCHEDULER_ENGINE_TAG_INDEX_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "scheduler/engine/interner.h"
#include "scheduler/engine/partition.h"
#include "scheduler/engine/profile.h"

namespace scheduler::engine {

// Finds a shard's jobs by product and tag: a set of slots, 5 bytes an entry before slack, hashed and
// compared through the records. absl's seeded hash keeps chosen tags from colliding.
class TagIndex {
 public:
  TagIndex(const Partition* partition, const Interner<Profile>* profiles)
      : slots_(0, Hash{{partition, profiles}}, Equal{{partition, profiles}}) {}

  // `product` is interned (base/interned.h).
  std::optional<Slot> Find(const std::string* product, std::string_view tag) const {
    const auto it = slots_.find(Key{product, tag});
    return it == slots_.end() ? std::nullopt : std::optional(*it);
  }
  void Reserve(size_t jobs) { slots_.reserve(jobs); }
  // Returns false if another job has the product and tag.
  bool Insert(Slot slot) { return slots_.insert(slot).second; }
  // REQUIRES: the slot's record and text are still in place.
  void Erase(Slot slot) { slots_.erase(slot); }

  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const Slot slot : slots_) visit(slot);
  }

  size_t size() const { return slots_.size(); }
  size_t MemoryBytes() const { return slots_.capacity() * (sizeof(Slot) + 1); }

 private:
  struct Key {
    const std::string* product;
    std::string_view tag;

    template <typename H>
    friend H AbslHashValue(H h, const Key& k) {
      return H::combine(std::move(h), k.product, k.tag);
    }
  };
  struct Access {
    const Partition* partition;
    const Interner<Profile>* profiles;

    Key KeyOf(Slot slot) const {
      const core::JobRecord& record = partition->record(slot);
      return Key{profiles->Get(record.profile).product, partition->texts().Get(record.text).tag};
    }
  };
  struct Hash : Access {
    using is_transparent = void;
    size_t operator()(const Key& key) const { return absl::Hash<Key>()(key); }
    size_t operator()(Slot slot) const { return (*this)(this->KeyOf(slot)); }
  };
  struct Equal : Access {
    using is_transparent = void;
    bool operator()(Slot a, Slot b) const { return a == b || (*this)(a, this->KeyOf(b)); }
    bool operator()(Slot a, const Key& b) const {
      const Key key = this->KeyOf(a);
      return key.product == b.product && key.tag == b.tag;
    }
    bool operator()(const Key& a, Slot b) const { return (*this)(b, a); }
  };

  absl::flat_hash_set<Slot, Hash, Equal> slots_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_TAG_INDEX_H_
