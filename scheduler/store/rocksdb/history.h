#ifndef SCHEDULER_STORE_ROCKSDB_HISTORY_H_
#define SCHEDULER_STORE_ROCKSDB_HISTORY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/metadata.h"
#include "scheduler/store/rocksdb/disk_watch.h"
#include "scheduler/store/rocksdb/history_db.h"
#include "scheduler/store/rocksdb/retention_filter.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "scheduler/store/store.h"

namespace scheduler::store {

// The database `history`: sealed runs by key, and the unsuccessful ones once more by end time. It is
// written by whole tables only, which are made and synced beside it and then put into it at once, so
// that it needs no log and no memory for writes. Compactions run at low priority and a bounded rate.
//
// Thread-safe.
class History {
 public:
  // `sealing_dir` is for tables on their way; what an interrupted Add left there is removed. `env`
  // stands on `watch`; both outlive the result.
  static absl::StatusOr<std::unique_ptr<History>> Open(
      const RocksOptions& options, rocksdb::Env* env, DiskWatch* watch, const std::string& dir,
      std::string sealing_dir, const std::shared_ptr<rocksdb::Cache>& cache);

  // Puts sorted runs in, durably.
  absl::Status Add(absl::Span<const SealedRun> runs);

  // Those of Store.
  absl::StatusOr<std::optional<std::string>> GetRun(const core::RunKey& key) const;
  absl::Status ScanRuns(core::Uid uid, int64_t before,
                        absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const;
  absl::Status ScanUnsuccessful(
      std::string_view product, const UnsuccessfulCursor& cursor,
      absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const;
  absl::Status Retain(Millis before, int64_t max_bytes);

 private:
  // A table that retention looks at.
  struct TableFile {
    rocksdb::LiveFileMetaData meta;
    EndTimes times;
  };

  History(rocksdb::Env* env, std::string sealing_dir)
      : env_(env), sealing_dir_(std::move(sealing_dir)) {}

  absl::Status WriteRuns(absl::Span<const SealedRun> runs, const std::string& file) const;
  // False if there are none.
  absl::StatusOr<bool> WriteUnsuccessful(absl::Span<const SealedRun> runs,
                                         const std::string& file) const;
  absl::Status Ingest(const std::string& runs, const std::string& unsuccessful);

  static absl::StatusOr<std::vector<TableFile>> Tables(const HistoryDb::User& db);
  // Deletes the tables that `choose` wants and that may be deleted as they stand; whether it did.
  static absl::StatusOr<bool> DeleteTables(const HistoryDb::User& db,
                                           absl::FunctionRef<bool(const TableFile&)> choose);
  static absl::Status RewriteAgedTable(const HistoryDb::User& db, Millis before);

  rocksdb::Env* const env_;
  const std::string sealing_dir_;
  const std::shared_ptr<DropBefore> drop_before_ = std::make_shared<DropBefore>();
  std::unique_ptr<HistoryDb> db_;
  std::atomic<uint64_t> next_file_{1};
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_HISTORY_H_
