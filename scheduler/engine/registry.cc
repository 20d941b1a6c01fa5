#include "scheduler/engine/registry.h"

namespace scheduler::engine {

JobRegistry::JobRegistry(int loops) {
  for (int i = 0; i < loops; ++i) {
    partitions_.push_back(std::make_unique<Partition>());
    gates_.push_back(std::make_unique<DurableGate>());
  }
  for (int i = 0; i < base::limits::kShards; ++i) {
    const auto id = static_cast<core::ShardId>(i);
    shards_[i] = std::make_unique<Shard>(partitions_[LoopOf(id)].get(), &tables_);
  }
}

}  // namespace scheduler::engine
