#ifndef SCHEDULER_ENGINE_PARTITION_H_
#define SCHEDULER_ENGINE_PARTITION_H_

#include <cstdint>
#include <vector>

#include "scheduler/core/job_record.h"
#include "scheduler/engine/chunked_array.h"
#include "scheduler/engine/text_arena.h"

namespace scheduler::engine {

// A job's place in its loop's memory; also the number of its timer.
using Slot = uint32_t;

// The memory of the shards that one loop owns: records and texts, each job in one slot.
//
// The loop alone adds and frees; readers look at a slot under the lock of its shard.
class Partition {
 public:
  Slot NewSlot() {
    if (!free_.empty()) {
      const Slot slot = free_.back();
      free_.pop_back();
      return slot;
    }
    records_.Reserve(end_);
    return end_++;
  }

  void FreeSlot(Slot slot) {
    records_[slot] = core::JobRecord();
    free_.push_back(slot);
  }

  core::JobRecord& record(Slot slot) { return records_[slot]; }
  const core::JobRecord& record(Slot slot) const { return records_[slot]; }
  TextArena& texts() { return texts_; }
  const TextArena& texts() const { return texts_; }

  // Slots below this were given out at some time; those with uid 0 are free.
  Slot end() const { return end_; }

  size_t MemoryBytes() const { return records_.MemoryBytes() + texts_.MemoryBytes(); }

 private:
  ChunkedArray<core::JobRecord> records_;
  TextArena texts_;
  std::vector<Slot> free_;
  Slot end_ = 0;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_PARTITION_H_
