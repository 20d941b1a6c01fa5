#ifndef SCHEDULER_STORE_ROCKSDB_HISTORY_DB_H_
#define SCHEDULER_STORE_ROCKSDB_HISTORY_DB_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "scheduler/base/mutex.h"
#include "scheduler/store/rocksdb/db_options.h"
#include "scheduler/store/rocksdb/disk_watch.h"
#include "scheduler/store/rocksdb/retention_filter.h"
#include "scheduler/store/rocksdb/rocks_store.h"

namespace scheduler::store {

// The RocksDB instance of history, and its replacement by a new one where a full disk stopped it:
// RocksDB 7.8 does not take tables in any more after DB::Resume from such an error.
//
// Thread-safe.
class HistoryDb {
 public:
  struct Handles {
    std::unique_ptr<rocksdb::DB> db;
    rocksdb::ColumnFamilyHandle* runs = nullptr;
    rocksdb::ColumnFamilyHandle* unsuccessful = nullptr;
  };

  // Keeps the instance open while it lives.
  class User {
   public:
    explicit User(HistoryDb* owner) : owner_(owner) {}
    User(User&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    User& operator=(User&&) = delete;
    ~User() {
      if (owner_ != nullptr) owner_->Leave();
    }
    const Handles* operator->() const { return &owner_->handles_; }

   private:
    HistoryDb* owner_;
  };

  // `env` stands on `watch`; both outlive the result.
  static absl::StatusOr<std::unique_ptr<HistoryDb>> Open(
      const RocksOptions& options, rocksdb::Env* env, DiskWatch* watch, const std::string& dir,
      const std::shared_ptr<rocksdb::Cache>& cache, std::shared_ptr<const DropBefore> drop_before);
  ~HistoryDb();
  HistoryDb(const HistoryDb&) = delete;
  HistoryDb& operator=(const HistoryDb&) = delete;

  // Waits while the instance is replaced. An error if that failed.
  absl::StatusOr<User> Use();

  // Replaces the instance if a full disk stopped it, once nobody uses it. To be called before a
  // write, by a thread without a User. RESOURCE_EXHAUSTED if the disk is still full.
  absl::Status Heal();

  // How tables for the two families are written.
  const rocksdb::Options& run_options() const { return run_options_; }
  const rocksdb::Options& unsuccessful_options() const { return unsuccessful_options_; }

 private:
  HistoryDb(rocksdb::DBOptions db_options, DiskWatch* watch, std::string dir)
      : db_options_(std::move(db_options)), watch_(watch), dir_(std::move(dir)) {}

  absl::Status OpenHandles();
  void CloseHandles();
  void Leave();

  const rocksdb::DBOptions db_options_;
  DiskWatch* const watch_;
  const std::string dir_;
  std::shared_ptr<StopNote> stop_note_;
  rocksdb::Options run_options_;
  rocksdb::Options unsuccessful_options_;
  // Changed only while replacing_ is true and users_ is 0, or before anyone can use it.
  Handles handles_;

  base::Mutex mu_;
  base::CondVar changed_;
  int users_ ABSL_GUARDED_BY(mu_) = 0;
  bool replacing_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status state_ ABSL_GUARDED_BY(mu_);  // not OK: there is no instance
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_HISTORY_DB_H_
