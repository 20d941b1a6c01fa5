#ifndef SCHEDULER_STORE_ROCKSDB_CHECKPOINT_FILES_H_
#define SCHEDULER_STORE_ROCKSDB_CHECKPOINT_FILES_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "rocksdb/options.h"
#include "scheduler/store/store.h"

namespace scheduler::store {

// Checkpoints as files, one a shard, each replaced by renaming a synced new one over it. They are
// megabytes: in the database they would pass through its log and hold up the commits behind them.
// A file is a RocksDB table with one row, which gives it compression and checksums.
//
// Not thread-safe for one shard; different shards may be written at once.
class CheckpointFiles {
 public:
  // `dir` exists; `env` outlives this. Removes what an interrupted Write left behind.
  CheckpointFiles(rocksdb::Env* env, std::string dir);

  // Store::WriteCheckpoint and Store::ReadCheckpoints.
  absl::Status Write(core::ShardId shard, Position position, std::string_view body);
  absl::Status Read(
      absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit) const;

 private:
  std::string FileOf(core::ShardId shard) const;
  absl::Status ReadOne(
      core::ShardId shard,
      absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit) const;

  rocksdb::Options options_;
  std::string dir_;
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_CHECKPOINT_FILES_H_
