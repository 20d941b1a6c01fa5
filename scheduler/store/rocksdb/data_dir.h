#ifndef SCHEDULER_STORE_ROCKSDB_DATA_DIR_H_
#define SCHEDULER_STORE_ROCKSDB_DATA_DIR_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "rocksdb/env.h"

namespace scheduler::store {

// The layout that this code writes and the newest that it may read; see record.proto for the
// versions of single records.
inline constexpr int kStoreFormat = 3;

// Turns a store of format `from` into one of format `from` + 1. It may be run again after it was
// interrupted, since the new number is written only after it returned OK.
struct Migration {
  int from = 0;
  std::function<absl::Status(const std::string& data_dir)> run;
};

// The directory of a store, locked for this process until it is destroyed.
class DataDir {
 public:
  // Makes the directory and what stands in it, locks it, checks its format and runs the migrations
  // that it needs. Errors: see OpenRocksStore. `env` outlives the result.
  static absl::StatusOr<std::unique_ptr<DataDir>> Open(rocksdb::Env* env, const std::string& path,
                                                       absl::Span<const Migration> migrations,
                                                       int format = kStoreFormat);
  ~DataDir();
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;

  const std::string& path() const { return path_; }
  std::string main() const { return path_ + "/main"; }
  std::string history() const { return path_ + "/history"; }
  std::string checkpoints() const { return path_ + "/checkpoints"; }
  std::string sealing() const { return path_ + "/sealing"; }
  std::string ballast() const { return path_ + "/ballast"; }

  // Bytes that may still be written; bytes of all files of the store.
  absl::StatusOr<int64_t> FreeBytes() const;
  absl::StatusOr<int64_t> UsedBytes() const;

 private:
  DataDir(rocksdb::Env* env, std::string path) : env_(env), path_(std::move(path)) {}

  absl::Status MakeDirs();
  absl::Status Lock();
  // The format of what is there; 0 if it is empty.
  absl::StatusOr<int> ReadFormat() const;
  absl::Status WriteFormat(int format);
  absl::Status Migrate(absl::Span<const Migration> migrations, int format);

  rocksdb::Env* env_;
  std::string path_;
  rocksdb::FileLock* lock_ = nullptr;
};

// Makes names in `dir` durable: those of new, renamed and removed files.
absl::Status SyncDirectory(rocksdb::Env* env, const std::string& dir);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_DATA_DIR_H_
