#ifndef SCHEDULER_STORE_ROCKSDB_SYNC_WATCH_H_
#define SCHEDULER_STORE_ROCKSDB_SYNC_WATCH_H_

#include <atomic>
#include <memory>
#include <string>

#include "rocksdb/file_system.h"

namespace scheduler::store {

// A file system that remembers whether the sync of a log ever failed. RocksDB reports a full disk
// the same way whether the log could not be written (nothing happened: it may be tried again) or
// could not be synced (what is on disk is unknown, for good); here the two are told apart.
class SyncWatch final : public rocksdb::FileSystemWrapper {
 public:
  explicit SyncWatch(const std::shared_ptr<rocksdb::FileSystem>& base)
      : FileSystemWrapper(base), failed_(std::make_shared<std::atomic<bool>>(false)) {}

  const char* Name() const override { return "SyncWatch"; }

  bool log_sync_failed() const { return failed_->load(std::memory_order_acquire); }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;

 private:
  std::shared_ptr<std::atomic<bool>> failed_;  // files may outlive the file system
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_SYNC_WATCH_H_
