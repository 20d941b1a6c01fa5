#include "scheduler/store/rocksdb/history_db.h"

#include <vector>

#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {

using base::MutexLock;

absl::StatusOr<std::unique_ptr<HistoryDb>> HistoryDb::Open(
    const RocksOptions& options, rocksdb::Env* env, DiskWatch* watch, const std::string& dir,
    const std::shared_ptr<rocksdb::Cache>& cache, std::shared_ptr<const DropBefore> drop_before) {
  const auto stop_note = std::make_shared<StopNote>();
  rocksdb::DBOptions db_options = HistoryDbOptions(options, env, stop_note);
  std::unique_ptr<HistoryDb> history(new HistoryDb(db_options, watch, dir));
  history->stop_note_ = stop_note;
  // New tables are not part of compactions, so their rate is not limited.
  db_options.rate_limiter = nullptr;
  history->run_options_ = rocksdb::Options(db_options, RunOptions(cache));
  history->run_options_.compaction_filter_factory = NewRunFilter(drop_before);
  history->unsuccessful_options_ = rocksdb::Options(db_options, UnsuccessfulOptions(cache));
  history->unsuccessful_options_.compaction_filter_factory = NewUnsuccessfulFilter(drop_before);
  if (absl::Status status = history->OpenHandles(); !status.ok()) return status;
  return history;
}

HistoryDb::~HistoryDb() { CloseHandles(); }

absl::Status HistoryDb::OpenHandles() {
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions(run_options_)},
      {"unsuccessful", rocksdb::ColumnFamilyOptions(unsuccessful_options_)}};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(db_options_, dir_, families, &handles, &db);
  if (!status.ok()) return FromRocks("opening " + dir_, status);
  handles_.db.reset(db);
  handles_.runs = handles[0];
  handles_.unsuccessful = handles[1];
  watch_->EndQuarantine(dir_);
  return absl::OkStatus();
}

void HistoryDb::CloseHandles() {
  if (handles_.db == nullptr) return;
  handles_.db->DestroyColumnFamilyHandle(handles_.runs).PermitUncheckedError();
  handles_.db->DestroyColumnFamilyHandle(handles_.unsuccessful).PermitUncheckedError();
  handles_.db.reset();
}

absl::StatusOr<HistoryDb::User> HistoryDb::Use() {
  MutexLock lock(&mu_);
  while (replacing_) changed_.Wait(&mu_);
  if (!state_.ok()) return state_;
  ++users_;
  return User(this);
}

void HistoryDb::Leave() {
  MutexLock lock(&mu_);
  if (--users_ == 0) changed_.SignalAll();
}

absl::Status HistoryDb::Heal() {
  {
    MutexLock lock(&mu_);
    const auto is_well = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
      return state_.ok() && !stop_note_->stopped_by_full_disk();
    };
    if (is_well()) return absl::OkStatus();
    // Users may enter until there is none, since one may wait for another that it began itself.
    while (users_ > 0 || replacing_) changed_.Wait(&mu_);
    if (is_well()) return absl::OkStatus();
    replacing_ = true;
  }
  CloseHandles();
  stop_note_->Clear();
  absl::Status status = OpenHandles();
  MutexLock lock(&mu_);
  replacing_ = false;
  state_ = status;
  changed_.SignalAll();
  return status;
}

}  // namespace scheduler::store
