#ifndef SCHEDULER_STORE_ROCKSDB_DISK_WATCH_H_
#define SCHEDULER_STORE_ROCKSDB_DISK_WATCH_H_

#include <memory>
#include <string>

#include "rocksdb/file_system.h"

namespace scheduler::store {

// A file system under RocksDB that knows two things which RocksDB does not tell, and tells it one:
//
// - Whether the sync of a log ever failed. RocksDB reports a full disk in the same way where the log
//   could not be written (nothing happened: it may be tried again) and where it could not be synced
//   (what is on disk is unknown, for good).
// - That a manifest may name a table though its write or sync failed. RocksDB 7.8 then deletes the
//   table, which it believes to be in no version, and if the manifest did reach the disk the database
//   cannot be opened any more. So from such a failure on tables of that directory are not deleted,
//   until a new manifest stands (EndQuarantine); those left over go with the next open.
// - A file that cannot be opened for want of descriptors is reported as "no space": like a full disk
//   it passes and nothing was written, but RocksDB takes any other I/O error for final.
//
// Thread-safe.
class DiskWatch final : public rocksdb::FileSystemWrapper {
 public:
  explicit DiskWatch(const std::shared_ptr<rocksdb::FileSystem>& base);
  ~DiskWatch() override;

  const char* Name() const override { return "DiskWatch"; }

  bool log_sync_failed() const;
  // The database in `dir` was opened again, or resumed, with a new manifest.
  void EndQuarantine(const std::string& dir);

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  // What is known, shared with the files, which may outlive the file system.
  struct Knowledge;

 private:
  std::shared_ptr<Knowledge> knowledge_;
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_DISK_WATCH_H_
