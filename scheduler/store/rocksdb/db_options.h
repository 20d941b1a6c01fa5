#ifndef SCHEDULER_STORE_ROCKSDB_DB_OPTIONS_H_
#define SCHEDULER_STORE_ROCKSDB_DB_OPTIONS_H_

#include <atomic>
#include <memory>

#include "rocksdb/cache.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "scheduler/store/rocksdb/rocks_store.h"

// How the two databases are set up; the reasons stand at the settings in the sources.
namespace scheduler::store {

// Notes that a database stopped for want of space (or descriptors: see DiskWatch), and keeps RocksDB from healing by itself: it looks every few
// seconds whether a full disk has space again, and refuses to be asked in between. Here each write
// asks instead, so that the first one after there is space heals.
class StopNote final : public rocksdb::EventListener {
 public:
  bool stopped_by_full_disk() const { return stopped_.load(std::memory_order_acquire); }
  void Clear() { stopped_.store(false, std::memory_order_release); }

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* auto_recovery) override;

 private:
  std::atomic<bool> stopped_{false};
};

rocksdb::DBOptions MainDbOptions(const RocksOptions& options, rocksdb::Env* env,
                                 std::shared_ptr<StopNote> note);
rocksdb::DBOptions HistoryDbOptions(const RocksOptions& options, rocksdb::Env* env,
                                    std::shared_ptr<StopNote> note);

// Rows: sorted, read at random.
rocksdb::ColumnFamilyOptions RowOptions(const std::shared_ptr<rocksdb::Cache>& cache);
// The journal: written in the order of its keys, read once from a point on, given up from the front.
rocksdb::ColumnFamilyOptions JournalOptions(const RocksOptions& options);
// Sealed runs: whole tables with keys all over the range, read seldom; by job, and the unsuccessful
// ones by end time.
rocksdb::ColumnFamilyOptions RunOptions(const std::shared_ptr<rocksdb::Cache>& cache);
rocksdb::ColumnFamilyOptions UnsuccessfulOptions(const std::shared_ptr<rocksdb::Cache>& cache);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_DB_OPTIONS_H_
