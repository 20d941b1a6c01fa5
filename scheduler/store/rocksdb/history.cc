#include "scheduler/store/rocksdb/history.h"

#include <algorithm>
#include <utility>

#include "rocksdb/sst_file_writer.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/store/history_keys.h"
#include "scheduler/store/rocksdb/db_options.h"
#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {

absl::StatusOr<std::unique_ptr<History>> History::Open(
    const RocksOptions& options, rocksdb::Env* env, const std::string& dir, std::string sealing_dir,
    const std::shared_ptr<rocksdb::Cache>& cache) {
  std::unique_ptr<History> history(new History(env, std::move(sealing_dir)));
  const rocksdb::DBOptions db_options = HistoryDbOptions(options, env);
  rocksdb::ColumnFamilyOptions runs = RunOptions(cache);
  runs.compaction_filter_factory = NewRunFilter(history->drop_before_);
  rocksdb::ColumnFamilyOptions unsuccessful = UnsuccessfulOptions(cache);
  unsuccessful.compaction_filter_factory = NewUnsuccessfulFilter(history->drop_before_);

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(
      db_options, dir, {{"default", runs}, {"unsuccessful", unsuccessful}}, &handles, &db);
  if (!status.ok()) return FromRocks("opening " + dir, status);
  history->db_.reset(db);
  history->families_ = {handles[0], handles[1]};
  // New tables are not part of compactions, so their rate is not limited.
  rocksdb::DBOptions writer_options = db_options;
  writer_options.rate_limiter = nullptr;
  history->run_options_ = rocksdb::Options(writer_options, runs);
  history->unsuccessful_options_ = rocksdb::Options(writer_options, unsuccessful);

  std::vector<std::string> names;
  if (env->GetChildren(history->sealing_dir_, &names).ok()) {
    for (const std::string& name : names) {
      // Names are numbered from 1 in each process, so that one that stays is written over.
      env->DeleteFile(history->sealing_dir_ + "/" + name).PermitUncheckedError();
    }
  }
  return history;
}

History::~History() {
  if (db_ == nullptr) return;
  db_->DestroyColumnFamilyHandle(families_.runs).PermitUncheckedError();
  db_->DestroyColumnFamilyHandle(families_.unsuccessful).PermitUncheckedError();
}

absl::Status History::Result(std::string_view what, const rocksdb::Status& status) {
  if (status.IsNoSpace()) disk_was_full_.store(true, std::memory_order_relaxed);
  return FromRocks(what, status);
}

absl::Status History::Heal() {
  if (!disk_was_full_.load(std::memory_order_relaxed)) return absl::OkStatus();
  const rocksdb::Status status = db_->Resume();
  if (status.IsNoSpace() || status.IsBusy()) return base::errors::DiskFull(0, 0);
  if (!status.ok()) return FromRocks("resuming history", status);
  disk_was_full_.store(false, std::memory_order_relaxed);
  return absl::OkStatus();
}

absl::Status History::WriteRuns(absl::Span<const SealedRun> runs, const std::string& file) const {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), run_options_, families_.runs,
                                /*invalidate_page_cache=*/false);
  rocksdb::Status status = writer.Open(file);
  std::string key;
  // Runs come by uid and number, keys go by uid and descending number: each job's backwards. The
  // last of equal keys wins.
  for (size_t begin = 0; begin < runs.size() && status.ok();) {
    size_t end = begin;
    while (end < runs.size() && runs[end].key.uid == runs[begin].key.uid) ++end;
    for (size_t i = end; i > begin && status.ok(); --i) {
      const SealedRun& run = runs[i - 1];
      if (i < end && runs[i].key == run.key) continue;
      key.clear();
      AppendRunKey(run.key, &key);
      status = writer.Put(key, run.body);
    }
    begin = end;
  }
  if (status.ok()) status = writer.Finish();  // syncs
  return FromRocks("writing " + file, status);
}

absl::StatusOr<bool> History::WriteUnsuccessful(absl::Span<const SealedRun> runs,
                                                const std::string& file) const {
  std::vector<std::pair<std::string, size_t>> keys;  // the key, and the run's place
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].unsuccessful_end.has_value()) continue;
    keys.emplace_back(UnsuccessfulKey(runs[i].product, *runs[i].unsuccessful_end, runs[i].key), i);
  }
  if (keys.empty()) return false;
  std::sort(keys.begin(), keys.end());
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), unsuccessful_options_,
                                families_.unsuccessful, /*invalidate_page_cache=*/false);
  rocksdb::Status status = writer.Open(file);
  for (size_t i = 0; i < keys.size() && status.ok(); ++i) {
    if (i + 1 < keys.size() && keys[i + 1].first == keys[i].first) continue;
    status = writer.Put(keys[i].first, runs[keys[i].second].body);
  }
  if (status.ok()) status = writer.Finish();
  if (!status.ok()) return FromRocks("writing " + file, status);
  return true;
}

absl::Status History::Ingest(const std::string& runs, const std::string& unsuccessful) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;  // the tables stay as they were synced
  std::vector<rocksdb::IngestExternalFileArg> arguments(1);
  arguments[0].column_family = families_.runs;
  arguments[0].external_files = {runs};
  arguments[0].options = options;
  if (!unsuccessful.empty()) {
    arguments.emplace_back();
    arguments[1].column_family = families_.unsuccessful;
    arguments[1].external_files = {unsuccessful};
    arguments[1].options = options;
  }
  return Result("adding to history", db_->IngestExternalFiles(arguments));
}

absl::Status History::Add(absl::Span<const SealedRun> runs) {
  if (runs.empty()) return absl::OkStatus();
  if (absl::Status status = Heal(); !status.ok()) return status;
  const uint64_t number = next_file_.fetch_add(1, std::memory_order_relaxed);
  const std::string run_file = base::StrCat(sealing_dir_, "/", number, "-runs.sst");
  const std::string unsuccessful_file =
      base::StrCat(sealing_dir_, "/", number, "-unsuccessful.sst");
  absl::Status status = WriteRuns(runs, run_file);
  absl::StatusOr<bool> unsuccessful = false;
  if (status.ok()) {
    unsuccessful = WriteUnsuccessful(runs, unsuccessful_file);
    status = unsuccessful.status();
  }
  if (status.ok()) status = Ingest(run_file, *unsuccessful ? unsuccessful_file : "");
  if (!status.ok()) {
    // Half-written tables take room on a full disk. Those that stay are removed at the next start.
    env_->DeleteFile(run_file).PermitUncheckedError();
    env_->DeleteFile(unsuccessful_file).PermitUncheckedError();
  }
  return status;
}

absl::StatusOr<std::optional<std::string>> History::GetRun(const core::RunKey& key) const {
  std::string value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), families_.runs, RunHistoryKey(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks("reading history", status);
  return value;
}

absl::Status History::ScanRuns(
    core::Uid uid, int64_t before,
    absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const {
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, families_.runs));
  // The key just after that of `before`.
  for (it->Seek(RunHistoryKey({uid, before}) + '\0'); it->Valid(); it->Next()) {
    const std::optional<core::RunKey> key = ParseRunHistoryKey(it->key().ToStringView());
    if (!key.has_value()) return base::errors::StoreCorrupt("history", "a key of another form");
    if (key->uid != uid || !visit(*key, it->value().ToStringView())) break;
  }
  return FromRocks("reading history", it->status());
}

absl::Status History::ScanUnsuccessful(
    std::string_view product, const UnsuccessfulCursor& cursor,
    absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const {
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions(), families_.unsuccessful));
  it->Seek(UnsuccessfulKey(product, cursor.end_time, cursor.key) + '\0');
  for (; it->Valid(); it->Next()) {
    const std::optional<UnsuccessfulKeyParts> parts =
        ParseUnsuccessfulKey(it->key().ToStringView());
    if (!parts.has_value()) return base::errors::StoreCorrupt("history", "a key of another form");
    if (parts->product != product) break;
    if (!visit({parts->end_time, parts->key}, it->value().ToStringView())) break;
  }
  return FromRocks("reading history", it->status());
}

}  // namespace scheduler::store
