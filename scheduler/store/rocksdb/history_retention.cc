#include <algorithm>
#include <string>
#include <utility>

#include "rocksdb/options.h"
#include "rocksdb/table_properties.h"
#include "scheduler/store/rocksdb/history.h"
#include "scheduler/store/rocksdb/rocks_status.h"

// Retention by age and bytes. By number it is the compaction filter's (retention_filter.h).
namespace scheduler::store {
namespace {

// A table is written again once about this share of its records has aged out (in percent): so the
// work of rewriting stays below four times what is gained.
constexpr int64_t kAgedShare = 25;

// A bound for loops that delete tables one by one.
constexpr int kMostTables = 100'000;

}  // namespace

absl::StatusOr<std::vector<History::TableFile>> History::Tables(const HistoryDb::User& db) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db->db->GetLiveFilesMetaData(&files);
  rocksdb::TablePropertiesCollection properties;
  for (rocksdb::ColumnFamilyHandle* family : {db->runs, db->unsuccessful}) {
    const rocksdb::Status status = db->db->GetPropertiesOfAllTables(family, &properties);
    if (!status.ok()) return FromRocks("reading the properties of history", status);
  }
  std::vector<TableFile> tables;
  for (rocksdb::LiveFileMetaData& file : files) {
    // A table that came or went in between is looked at the next time.
    const auto found = properties.find(file.db_path + file.name);
    if (found == properties.end()) continue;
    const std::optional<EndTimes> times = EndTimesOf(*found->second);
    if (times.has_value()) tables.push_back({std::move(file), *times});
  }
  std::sort(tables.begin(), tables.end(), [](const TableFile& a, const TableFile& b) {
    return a.times.latest != b.times.latest ? a.times.latest < b.times.latest
                                            : a.meta.file_number < b.meta.file_number;
  });
  return tables;
}

absl::StatusOr<bool> History::DeleteTables(const HistoryDb::User& db,
                                           absl::FunctionRef<bool(const TableFile&)> choose) {
  const absl::StatusOr<std::vector<TableFile>> tables = Tables(db);
  if (!tables.ok()) return tables.status();
  bool deleted = false;
  for (const TableFile& table : *tables) {
    if (table.meta.being_compacted || !choose(table)) continue;
    // Only a table with nothing older below it may go, else an older version of a record would come
    // to light; RocksDB refuses any other, which then waits for its turn.
    const rocksdb::Status status = db->db->DeleteFile(table.meta.name);
    if (status.ok()) {
      deleted = true;
    } else if (!status.IsInvalidArgument()) {
      return FromRocks("deleting from history", status);
    }
  }
  return deleted;
}

absl::Status History::RewriteAgedTable(const HistoryDb::User& db, Millis before) {
  const absl::StatusOr<std::vector<TableFile>> tables = Tables(db);
  if (!tables.ok()) return tables.status();
  for (const TableFile& table : *tables) {
    const Millis span = table.times.latest - table.times.earliest;
    const Millis aged = before - table.times.earliest;
    if (table.meta.being_compacted || aged <= 0 || aged < span / 100 * kAgedShare) continue;
    rocksdb::ColumnFamilyHandle* family =
        table.meta.column_family_name == db->runs->GetName() ? db->runs : db->unsuccessful;
    const rocksdb::Status status = db->db->CompactFiles(rocksdb::CompactionOptions(), family,
                                                        {table.meta.name}, table.meta.level);
    // Refused where a compaction has the table, or one above it, in its hands: that one filters it.
    if (status.ok() || status.IsAborted() || status.IsInvalidArgument()) return absl::OkStatus();
    return FromRocks("rewriting history", status);
  }
  return absl::OkStatus();
}

absl::Status History::Retain(Millis before, int64_t max_bytes) {
  drop_before_->Raise(before);
  absl::StatusOr<HistoryDb::User> db = db_->Use();
  if (!db.ok()) return db.status();
  absl::StatusOr<bool> deleted =
      DeleteTables(*db, [before](const TableFile& table) { return table.times.latest < before; });
  if (!deleted.ok()) return deleted.status();

  for (int i = 0; i < kMostTables; ++i) {
    int64_t bytes = 0;
    std::vector<rocksdb::LiveFileMetaData> files;
    (*db)->db->GetLiveFilesMetaData(&files);
    for (const rocksdb::LiveFileMetaData& file : files) bytes += static_cast<int64_t>(file.size);
    deleted = DeleteTables(*db, [&bytes, max_bytes](const TableFile& table) {
      if (bytes <= max_bytes) return false;
      bytes -= static_cast<int64_t>(table.meta.size);
      return true;
    });
    if (!deleted.ok()) return deleted.status();
    if (!*deleted) break;
  }
  return RewriteAgedTable(*db, before);
}

}  // namespace scheduler::store
