#ifndef SCHEDULER_STORE_ROCKSDB_MAIN_DB_H_
#define SCHEDULER_STORE_ROCKSDB_MAIN_DB_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "scheduler/base/mutex.h"
#include "scheduler/store/rocksdb/disk_watch.h"
#include "scheduler/store/rocksdb/retention_filter.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "scheduler/store/store.h"

namespace scheduler::store {

// The database `main`: a column family a table, one for the journal, and the default one for the
// store's own numbers. Every write is synced and passes through Write, which tells a full disk from
// a disk that can no longer be trusted.
//
// Thread-safe.
class MainDb {
 public:
  // `env` stands on `watch`; both outlive the result.
  static absl::StatusOr<std::unique_ptr<MainDb>> Open(const RocksOptions& options,
                                                      rocksdb::Env* env, DiskWatch* watch,
                                                      const std::string& dir,
                                                      const std::shared_ptr<rocksdb::Cache>& cache);
  ~MainDb();
  MainDb(const MainDb&) = delete;
  MainDb& operator=(const MainDb&) = delete;

  rocksdb::DB* db() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* journal() const { return families_[kJournal]; }
  // Null for a number that is no table.
  rocksdb::ColumnFamilyHandle* table(Table table) const;

  // Applies the batch and syncs it.
  //   RESOURCE_EXHAUSTED  the disk is full, or a new log or table could not be opened for want of
  //                       descriptors: nothing was written, the next Write tries to heal
  //   DATA_LOSS           the log could not be written or synced: every later Write says the same
  absl::Status Write(rocksdb::WriteBatch* batch);

  // The store's own numbers, by name (MetaValue of catalog.proto); 0 if there is none.
  absl::StatusOr<uint64_t> GetMeta(std::string_view name) const;
  void PutMeta(std::string_view name, uint64_t value, rocksdb::WriteBatch* batch) const;
  // A batch with this one number.
  absl::Status WriteMeta(std::string_view name, uint64_t value);

  // What rows of `table` may be dropped. REQUIRES: CheckAgeing(table).
  DropBefore* drop_before(Table table) const;

 private:
  static constexpr size_t kMeta = 0;     // also the number of the default column family
  static constexpr size_t kJournal = 8;  // 1 … 7 are the tables
  static constexpr size_t kFamilies = 9;

  MainDb(DiskWatch* watch, std::string dir) : watch_(watch), dir_(std::move(dir)) {}

  // OK, or why nothing can be written; tries to leave the state of a full disk.
  absl::Status BeforeWrite();
  absl::Status AfterWrite(const rocksdb::Status& status);

  DiskWatch* const watch_;
  const std::string dir_;
  std::array<std::shared_ptr<DropBefore>, kFamilies> drop_before_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families_{};

  base::Mutex mu_;
  absl::Status failed_ ABSL_GUARDED_BY(mu_);  // not OK: for good
  bool disk_was_full_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_MAIN_DB_H_
