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
    const RocksOptions& options, rocksdb::Env* env, DiskWatch* watch, const std::string& dir,
    std::string sealing_dir, const std::shared_ptr<rocksdb::Cache>& cache) {
  std::unique_ptr<History> history(new History(env, std::move(sealing_dir)));
  absl::StatusOr<std::unique_ptr<HistoryDb>> db =
      HistoryDb::Open(options, env, watch, dir, cache, history->drop_before_);
  if (!db.ok()) return db.status();
  history->db_ = *std::move(db);

  std::vector<std::string> names;
  if (env->GetChildren(history->sealing_dir_, &names).ok()) {
    for (const std::string& name : names) {
      // Names are numbered from 1 in each process, so that one that stays is written over.
      env->DeleteFile(history->sealing_dir_ + "/" + name).PermitUncheckedError();
    }
  }
  return history;
}

absl::Status History::WriteRuns(absl::Span<const SealedRun> runs, const std::string& file) const {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), db_->run_options(),
                                /*column_family=*/nullptr, /*invalidate_page_cache=*/false);
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
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), db_->unsuccessful_options(),
                                /*column_family=*/nullptr, /*invalidate_page_cache=*/false);
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
  absl::StatusOr<HistoryDb::User> db = db_->Use();
  if (!db.ok()) return db.status();
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;  // the tables stay as they were synced
  std::vector<rocksdb::IngestExternalFileArg> arguments(1);
  arguments[0].column_family = (*db)->runs;
  arguments[0].external_files = {runs};
  arguments[0].options = options;
  if (!unsuccessful.empty()) {
    arguments.emplace_back();
    arguments[1].column_family = (*db)->unsuccessful;
    arguments[1].external_files = {unsuccessful};
    arguments[1].options = options;
  }
  return FromRocks("adding to history", (*db)->db->IngestExternalFiles(arguments));
}

absl::Status History::Add(absl::Span<const SealedRun> runs) {
  if (runs.empty()) return absl::OkStatus();
  if (absl::Status status = db_->Heal(); !status.ok()) return status;
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
  absl::StatusOr<HistoryDb::User> db = db_->Use();
  if (!db.ok()) return db.status();
  std::string value;
  const rocksdb::Status status =
      (*db)->db->Get(rocksdb::ReadOptions(), (*db)->runs, RunHistoryKey(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks("reading history", status);
  return value;
}

absl::Status History::ScanRuns(
    core::Uid uid, int64_t before,
    absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const {
  absl::StatusOr<HistoryDb::User> db = db_->Use();
  if (!db.ok()) return db.status();
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it((*db)->db->NewIterator(options, (*db)->runs));
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
  absl::StatusOr<HistoryDb::User> db = db_->Use();
  if (!db.ok()) return db.status();
  const std::unique_ptr<rocksdb::Iterator> it(
      (*db)->db->NewIterator(rocksdb::ReadOptions(), (*db)->unsuccessful));
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
