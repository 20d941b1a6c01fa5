#include "scheduler/store/rocksdb/main_db.h"

#include <utility>
#include <vector>

#include "ductape/jobs/store/v1/catalog.pb.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/record_wire.h"
#include "scheduler/store/rocksdb/db_options.h"
#include "scheduler/store/rocksdb/rocks_status.h"
#include "scheduler/store/rows.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;
using base::MutexLock;

// The names of the column families, by their number.
constexpr const char* kNames[] = {"default", "jobs",      "events",      "requests", "deleted_jobs",
                                  "meta",    "calendars", "connections", "journal"};

// Tables of rows that age are compacted at least this often (seconds), so that what is dropped in a
// compaction goes even where nothing new is written beside it.
constexpr uint64_t kAgeingRowsTtl = 24 * 3600;

}  // namespace

absl::StatusOr<std::unique_ptr<MainDb>> MainDb::Open(const RocksOptions& options, rocksdb::Env* env,
                                                     DiskWatch* watch, const std::string& dir,
                                                     const std::shared_ptr<rocksdb::Cache>& cache) {
  std::unique_ptr<MainDb> main(new MainDb(watch, dir));
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (size_t i = 0; i < kFamilies; ++i) {
    main->drop_before_[i] = std::make_shared<DropBefore>();
    rocksdb::ColumnFamilyOptions family =
        i == kJournal ? JournalOptions(options) : RowOptions(cache);
    if (const Table table = static_cast<Table>(i); CheckAgeing(table).ok()) {
      family.compaction_filter_factory = NewRowFilter(table, main->drop_before_[i]);
      family.ttl = kAgeingRowsTtl;
    }
    descriptors.emplace_back(kNames[i], family);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(
      MainDbOptions(options, env, std::make_shared<StopNote>()), dir, descriptors, &handles, &db);
  if (!status.ok()) return FromRocks("opening " + dir, status);
  main->db_.reset(db);
  std::copy(handles.begin(), handles.end(), main->families_.begin());
  return main;
}

MainDb::~MainDb() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
}

rocksdb::ColumnFamilyHandle* MainDb::table(Table table) const {
  const auto number = static_cast<size_t>(table);
  return number > kMeta && number < kJournal ? families_[number] : nullptr;
}

DropBefore* MainDb::drop_before(Table table) const {
  return drop_before_[static_cast<size_t>(table)].get();
}

absl::Status MainDb::Write(rocksdb::WriteBatch* batch) {
  if (absl::Status status = BeforeWrite(); !status.ok()) return status;
  rocksdb::WriteOptions options;
  options.sync = true;
  return AfterWrite(db_->Write(options, batch));
}

absl::Status MainDb::BeforeWrite() {
  {
    MutexLock lock(&mu_);
    if (!failed_.ok()) return failed_;
    if (!disk_was_full_) return absl::OkStatus();
  }
  // Writes what is in memory into tables and begins a new log: the old one may end in the middle of
  // a record. RocksDB stays closed to writes until it succeeds.
  const rocksdb::Status status = db_->Resume();
  if (!status.ok()) {
    if (status.IsBusy()) return base::errors::DiskFull(0, 0);
    return status.IsNoSpace() ? FromRocks("healing", status) : AfterWrite(status);
  }
  watch_->EndQuarantine(dir_);
  MutexLock lock(&mu_);
  disk_was_full_ = false;
  return absl::OkStatus();
}

absl::Status MainDb::AfterWrite(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  MutexLock lock(&mu_);
  if (!failed_.ok()) return failed_;
  if (status.IsNoSpace() && !watch_->log_sync_failed()) {
    disk_was_full_ = true;
    return FromRocks("a commit", status);
  }
  failed_ = base::errors::SyncFailed(status.ToString());
  return failed_;
}

absl::StatusOr<uint64_t> MainDb::GetMeta(std::string_view name) const {
  std::string bytes;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), families_[kMeta], rocksdb::Slice(name), &bytes);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) return FromRocks("reading a number of the store", status);
  pb::MetaValue value;
  if (!value.ParseFromString(bytes)) return base::errors::StoreCorrupt(name, "not a number");
  if (absl::Status read = wire::CheckReader(name, value.min_reader()); !read.ok()) return read;
  return value.value();
}

void MainDb::PutMeta(std::string_view name, uint64_t value, rocksdb::WriteBatch* batch) const {
  pb::MetaValue message;
  message.set_value(value);
  // Fails only for batches with a size limit.
  batch->Put(families_[kMeta], rocksdb::Slice(name), message.SerializeAsString())
      .PermitUncheckedError();
}

absl::Status MainDb::WriteMeta(std::string_view name, uint64_t value) {
  rocksdb::WriteBatch batch;
  PutMeta(name, value, &batch);
  return Write(&batch);
}

}  // namespace scheduler::store
