#include "scheduler/store/rocksdb/db_options.h"

#include <algorithm>
#include <utility>

#include "rocksdb/filter_policy.h"
#include "rocksdb/rate_limiter.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "scheduler/store/key_bytes.h"
#include "scheduler/store/rocksdb/retention_filter.h"
#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {
namespace {

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;

// What both databases have in common.
rocksdb::DBOptions CommonOptions(const RocksOptions& options, rocksdb::Env* env,
                                 std::shared_ptr<StopNote> note) {
  rocksdb::DBOptions db;
  db.env = env;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.max_open_files = options.max_open_files;
  db.max_background_jobs = 2;    // one flush and one compaction
  db.bytes_per_sync = 1 * kMiB;  // tables reach the disk as they are written, not in one burst
  db.listeners = {std::move(note)};
  db.max_bgerror_resume_count = 0;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.info_log_level = rocksdb::WARN_LEVEL;
  db.max_log_file_size = 4 * kMiB;
  db.keep_log_file_num = 4;
  return db;
}

rocksdb::BlockBasedTableOptions HistoryTables(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.block_size = 16 * kKiB;
  table.format_version = 5;
  return table;
}

rocksdb::ColumnFamilyOptions HistoryFamily() {
  rocksdb::ColumnFamilyOptions family;
  family.table_properties_collector_factories = {NewEndTimeCollector()};
  family.compression = rocksdb::kLZ4Compression;
  family.write_buffer_size = 64 * kKiB;  // nothing is ever written through it
  // Each table that is put in holds a few records of every job, so that each merge with the old
  // ones writes all of those again. Few wide merges cost least: tables wait until kRuns of them
  // stand side by side, or until they are twice as much as the oldest.
  constexpr int kRuns = 32;
  family.compaction_style = rocksdb::kCompactionStyleUniversal;
  family.level0_file_num_compaction_trigger = kRuns;
  family.level0_slowdown_writes_trigger = 1 << 20;
  family.level0_stop_writes_trigger = 1 << 20;
  family.compaction_options_universal.min_merge_width = 8;
  family.compaction_options_universal.size_ratio = 50;
  family.compaction_options_universal.max_size_amplification_percent = 200;
  family.target_file_size_base = 64 * kMiB;
  return family;
}

}  // namespace

void StopNote::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) {
  if (IsOutOfDescriptors(*error)) {
    if (reason == rocksdb::BackgroundErrorReason::kCompaction) {
      *error = rocksdb::Status::OK();  // RocksDB tries it again a second later
      return;
    }
    // That a new log could not be opened counts as fatal, for what the old one may have buffered: here
    // every write was synced, so that nothing is.
    if (error->severity() > rocksdb::Status::Severity::kHardError) {
      *error = rocksdb::Status(*error, rocksdb::Status::Severity::kHardError);
    }
  }
  if (error->IsNoSpace() && error->severity() >= rocksdb::Status::Severity::kHardError) {
    stopped_.store(true, std::memory_order_release);
  }
}

void StopNote::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                    rocksdb::Status /*error*/, bool* auto_recovery) {
  *auto_recovery = false;
}

rocksdb::DBOptions MainDbOptions(const RocksOptions& options, rocksdb::Env* env,
                                 std::shared_ptr<StopNote> note) {
  rocksdb::DBOptions db = CommonOptions(options, env, std::move(note));
  // A record at the end of a log that a crash cut in two was never acknowledged. Logs are not used
  // again, since old records behind the end would look like new ones, and each log's size is noted
  // in the manifest, so that a lost one is noticed.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.recycle_log_file_num = 0;
  db.track_and_verify_wals_in_manifest = true;
  db.avoid_flush_during_recovery = true;
  db.avoid_flush_during_shutdown = true;
  // The committer is the only writer that matters.
  db.allow_concurrent_memtable_write = false;
  db.db_write_buffer_size = static_cast<size_t>(options.write_buffer_bytes);
  // Rows that hardly change would keep old logs alive: beyond this they are written out.
  db.max_total_wal_size = 2 * static_cast<uint64_t>(options.write_buffer_bytes);
  return db;
}

rocksdb::DBOptions HistoryDbOptions(const RocksOptions& options, rocksdb::Env* env,
                                    std::shared_ptr<StopNote> note) {
  rocksdb::DBOptions db = CommonOptions(options, env, std::move(note));
  db.rate_limiter.reset(rocksdb::NewGenericRateLimiter(options.history_write_rate));
  return db;
}

rocksdb::ColumnFamilyOptions RowOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;  // else they would be beyond every bound
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compression = rocksdb::kLZ4Compression;
  family.write_buffer_size = 16 * kMiB;
  family.max_write_buffer_number = 3;
  family.level_compaction_dynamic_level_bytes = true;
  return family;
}

rocksdb::ColumnFamilyOptions JournalOptions(const RocksOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;
  table.block_size = 64 * kKiB;
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compression = rocksdb::kNoCompression;  // packed columns hardly get smaller
  family.write_buffer_size =
      std::clamp<size_t>(static_cast<size_t>(options.write_buffer_bytes) / 4, 4 * kMiB, 32 * kMiB);
  family.max_write_buffer_number = 4;
  // Tables do not overlap, so that each moves from level 0 to level 1 without being written again,
  // at once; there whole tables can be deleted (DeleteFilesInRanges passes by level 0). So an entry
  // is written twice in all: in the log and in its table.
  family.num_levels = 2;
  family.level0_file_num_compaction_trigger = 1;
  family.level0_slowdown_writes_trigger = 1 << 20;
  family.level0_stop_writes_trigger = 1 << 20;
  family.max_bytes_for_level_base = uint64_t{1} << 50;
  family.target_file_size_base = uint64_t{1} << 30;
  family.max_compaction_bytes = uint64_t{1} << 50;
  return family;
}

rocksdb::ColumnFamilyOptions RunOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table = HistoryTables(cache);
  // Filters hold jobs, not runs: tables that have nothing of a job are passed over.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = false;
  rocksdb::ColumnFamilyOptions family = HistoryFamily();
  family.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kKeyNumberBytes));
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

rocksdb::ColumnFamilyOptions UnsuccessfulOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family = HistoryFamily();
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(HistoryTables(cache)));
  return family;
}

}  // namespace scheduler::store
