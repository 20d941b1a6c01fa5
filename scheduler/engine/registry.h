#ifndef SCHEDULER_ENGINE_REGISTRY_H_
#define SCHEDULER_ENGINE_REGISTRY_H_

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/catalog/lane_table.h"
#include "scheduler/engine/durable_gate.h"
#include "scheduler/engine/shard.h"

namespace scheduler::engine {

// Every job in memory: 256 shards, each owned by one loop, each under its own lock. Loops are the
// only writers of jobs; handlers and dispatch read directly, and dispatch marks runs RUNNING.
//
// Memory a resident idle job costs: the record (64 bytes), its timer (16), its place in the tag
// index (5 before slack) and its text (3 + tag + what of name and input is kept).
class JobRegistry {
 public:
  explicit JobRegistry(int loops);

  int loops() const { return static_cast<int>(partitions_.size()); }
  int LoopOf(core::ShardId shard) const { return shard % loops(); }
  Shard& shard(core::ShardId id) { return *shards_[id]; }
  const Shard& shard(core::ShardId id) const { return *shards_[id]; }
  Partition& partition(int loop) { return *partitions_[loop]; }
  const Partition& partition(int loop) const { return *partitions_[loop]; }
  DurableGate& gate(int loop) { return *gates_[loop]; }
  SharedTables& tables() { return tables_; }
  const SharedTables& tables() const { return tables_; }
  catalog::LaneTable& lanes() { return lanes_; }

  // Counters that admission and metrics read.
  std::atomic<int64_t> jobs{0};
  std::atomic<int64_t> open_runs{0};
  std::atomic<int64_t> unsealed_runs{0};
  // Of the commit that holds the last change of the catalog, by its loop. Set before the change can be
  // seen.
  std::atomic<Ticket> catalog_ticket{0};
  // The last uid sequence given out.
  std::atomic<uint64_t> last_sequence{0};

 private:
  catalog::LaneTable lanes_;
  SharedTables tables_{&lanes_};
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<std::unique_ptr<DurableGate>> gates_;
  std::array<std::unique_ptr<Shard>, base::limits::kShards> shards_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_REGISTRY_H_
