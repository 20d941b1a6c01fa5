#ifndef SCHEDULER_STORE_ROCKSDB_ROCKS_STORE_H_
#define SCHEDULER_STORE_ROCKSDB_ROCKS_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "scheduler/store/store.h"

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

// The embedded store: RocksDB in one directory, for one process.
//
//   DIR/LOCK         held while a process has the store open
//   DIR/FORMAT       the number of the layout, as text
//   DIR/main         rows, journal and the store's own numbers; its log is synced in each commit
//   DIR/history      sealed runs; has no log of its own, whole tables are put into it
//   DIR/checkpoints  a file a shard
//   DIR/sealing      tables on their way into history
//   DIR/ballast      space that is given back when the disk is full
//
// Memory: at most block_cache_bytes + write_buffer_bytes, and about 20 KiB an open table
// (max_open_files bounds them for each of the two databases). These are stated caches.
namespace scheduler::store {

struct RocksOptions {
  // Made, with its parents, where it does not exist.
  std::string data_dir;

  // What both databases keep of their tables.
  int64_t block_cache_bytes = int64_t{64} << 20;
  // What main keeps of rows and journal before it writes tables. At least 16 MiB.
  int64_t write_buffer_bytes = int64_t{128} << 20;
  // Tables that each database keeps open; further ones are opened when they are read.
  int max_open_files = 128;

  // With less free space than this a commit is not even tried, so that RocksDB keeps room to write
  // out its buffers and to recover. It is meant to lie below the reserve at which the engine stops
  // to take on work (limits::kDiskReserveBytes), since results are still committed in between.
  int64_t commit_floor_bytes = int64_t{32} << 20;

  // Space that is held and given back when a commit finds the disk full; 0: none.
  int64_t ballast_bytes = 0;

  // How fast the compaction of history may write, bytes a second.
  int64_t history_write_rate = int64_t{64} << 20;

  // What all files are written through: for tests that make the disk fail. Null: the system's.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

// Opens the store, making it where there is none, and migrates an older one.
//   FAILED_PRECONDITION STORE_LOCKED   another process has it open
//   FAILED_PRECONDITION STORE_TOO_NEW  a newer version wrote it
//   DATA_LOSS STORE_CORRUPT            what is there is damaged, or is no store
//   RESOURCE_EXHAUSTED                 the disk is full
//   INTERNAL STORE_IO                  the directory cannot be made, read or written
absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const RocksOptions& options);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_ROCKS_STORE_H_
