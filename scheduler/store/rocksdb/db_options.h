#ifndef SCHEDULER_STORE_ROCKSDB_DB_OPTIONS_H_
#define SCHEDULER_STORE_ROCKSDB_DB_OPTIONS_H_

#include <memory>

#include "rocksdb/cache.h"
#include "rocksdb/options.h"
#include "scheduler/store/rocksdb/rocks_store.h"

// How the two databases are set up; the reasons stand at the settings in the sources.
namespace scheduler::store {

rocksdb::DBOptions MainDbOptions(const RocksOptions& options, rocksdb::Env* env);
rocksdb::DBOptions HistoryDbOptions(const RocksOptions& options, rocksdb::Env* env);

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
