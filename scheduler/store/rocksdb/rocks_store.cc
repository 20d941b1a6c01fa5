#include "scheduler/store/rocksdb/rocks_store.h"

#include <atomic>
#include <utility>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/rocksdb/ballast.h"
#include "scheduler/store/rocksdb/checkpoint_files.h"
#include "scheduler/store/rocksdb/data_dir.h"
#include "scheduler/store/rocksdb/disk_watch.h"
#include "scheduler/store/rocksdb/history.h"
#include "scheduler/store/rocksdb/journal.h"
#include "scheduler/store/rocksdb/main_db.h"
#include "scheduler/store/rocksdb/migrations.h"
#include "scheduler/store/rocksdb/rocks_status.h"
#include "scheduler/store/rows.h"

namespace scheduler::store {
namespace {

constexpr std::string_view kEpoch = "epoch";
constexpr std::string_view kSealed = "sealed";
// The committer tries five times a second.
constexpr int kTriesBeforeBallast = 5;

class RocksStore final : public Store {
 public:
  explicit RocksStore(const RocksOptions& options) : options_(options) {}

  absl::Status Open();

  std::string_view name() const override { return "rocksdb"; }
  absl::StatusOr<int64_t> AcquireEpoch() override;
  absl::StatusOr<Position> Commit(const CommitBatch& batch) override;
  absl::Status ReadJournal(
      Position after,
      absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const override {
    return journal_->Read(after, visit);
  }
  absl::Status TrimJournal(Position through) override { return journal_->Trim(through); }
  int64_t JournalBytes() const override { return journal_->bytes(); }
  absl::Status WriteCheckpoint(core::ShardId shard, Position position,
                               std::string_view body) override {
    return checkpoints_->Write(shard, position, body);
  }
  absl::Status ReadCheckpoints(
      absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit)
      const override {
    return checkpoints_->Read(visit);
  }
  absl::StatusOr<std::optional<std::string>> Get(Table table, std::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Table table, absl::Span<const std::string> keys) const override;
  absl::Status Scan(
      Table table, std::string_view begin, std::string_view end,
      absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status Seal(absl::Span<const SealedRun> runs, Position through) override;
  absl::StatusOr<Position> SealedThrough() const override { return main_->GetMeta(kSealed); }
  absl::StatusOr<std::optional<std::string>> GetRun(const core::RunKey& key) const override {
    return history_->GetRun(key);
  }
  absl::Status ScanRuns(
      core::Uid uid, int64_t before,
      absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const override {
    return history_->ScanRuns(uid, before, visit);
  }
  absl::Status ScanUnsuccessful(
      std::string_view product, const UnsuccessfulCursor& cursor,
      absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const override {
    return history_->ScanUnsuccessful(product, cursor, visit);
  }
  absl::Status Retain(Millis before, int64_t max_bytes) override {
    return history_->Retain(before, max_bytes);
  }
  absl::Status ExpireRows(Table table, Millis before) override;
  absl::StatusOr<Space> GetSpace() const override;

 private:
  absl::Status CheckSpace() const;
  // Off the committer: it may take the file system a while.
  void RestoreBallast() const;
  absl::StatusOr<rocksdb::ColumnFamilyHandle*> FamilyOf(Table table) const;

  const RocksOptions options_;
  // In the order in which they stand on each other.
  std::shared_ptr<DiskWatch> watch_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<DataDir> dir_;
  std::unique_ptr<const Ballast> ballast_;
  int full_tries_ = 0;  // commits in a row that found the disk full
  std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<MainDb> main_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<CheckpointFiles> checkpoints_;
  std::unique_ptr<History> history_;
  std::atomic<int64_t> epoch_{0};
};

absl::Status RocksStore::Open() {
  const std::shared_ptr<rocksdb::FileSystem> files =
      options_.file_system != nullptr ? options_.file_system : rocksdb::FileSystem::Default();
  watch_ = std::make_shared<DiskWatch>(files);
  env_ = rocksdb::NewCompositeEnv(watch_);
  // The two databases share the threads: a compaction of history must not keep main's waiting. Both
  // yield to what serves clients.
  env_->SetBackgroundThreads(2, rocksdb::Env::LOW);
  env_->SetBackgroundThreads(1, rocksdb::Env::HIGH);
  env_->LowerThreadPoolCPUPriority(rocksdb::Env::LOW);

  absl::StatusOr<std::unique_ptr<DataDir>> dir =
      DataDir::Open(env_.get(), options_.data_dir, StoreMigrations());
  if (!dir.ok()) return dir.status();
  dir_ = *std::move(dir);
  ballast_ = std::make_unique<const Ballast>(dir_->ballast(), options_.ballast_bytes);
  RestoreBallast();
  cache_ = rocksdb::NewLRUCache(static_cast<size_t>(options_.block_cache_bytes));
  absl::StatusOr<std::unique_ptr<MainDb>> main =
      MainDb::Open(options_, env_.get(), watch_.get(), dir_->main(), cache_);
  if (!main.ok()) return main.status();
  main_ = *std::move(main);
  absl::StatusOr<std::unique_ptr<Journal>> journal = Journal::Open(main_.get());
  if (!journal.ok()) return journal.status();
  journal_ = *std::move(journal);
  checkpoints_ = std::make_unique<CheckpointFiles>(env_.get(), dir_->checkpoints());
  absl::StatusOr<std::unique_ptr<History>> history =
      History::Open(options_, env_.get(), watch_.get(), dir_->history(), dir_->sealing(), cache_);
  if (!history.ok()) return history.status();
  history_ = *std::move(history);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> RocksStore::AcquireEpoch() {
  const absl::StatusOr<uint64_t> last = main_->GetMeta(kEpoch);
  if (!last.ok()) return last.status();
  const uint64_t epoch = *last + 1;
  if (absl::Status status = main_->WriteMeta(kEpoch, epoch); !status.ok()) return status;
  epoch_.store(static_cast<int64_t>(epoch), std::memory_order_release);
  return static_cast<int64_t>(epoch);
}

absl::Status RocksStore::CheckSpace() const {
  if (options_.commit_floor_bytes <= 0) return absl::OkStatus();
  const absl::StatusOr<int64_t> free = dir_->FreeBytes();
  if (!free.ok()) return free.status();
  if (*free >= options_.commit_floor_bytes) return absl::OkStatus();
  return base::errors::DiskFull(*free, options_.commit_floor_bytes);
}

void RocksStore::RestoreBallast() const {
  const absl::StatusOr<int64_t> free = dir_->FreeBytes();
  if (free.ok()) ballast_->Restore(*free);
}

absl::StatusOr<rocksdb::ColumnFamilyHandle*> RocksStore::FamilyOf(Table table) const {
  rocksdb::ColumnFamilyHandle* family = main_->table(table);
  if (family == nullptr) return base::errors::Internal("no such table");
  return family;
}

absl::StatusOr<Position> RocksStore::Commit(const CommitBatch& batch) {
  if (const int64_t epoch = epoch_.load(std::memory_order_acquire); batch.epoch != epoch) {
    return base::errors::EpochFenced(batch.epoch, epoch);
  }
  if (absl::Status status = CheckSpace(); !status.ok()) {
    // Not at the first try: whoever fills the disk would take the ballast as well.
    if (++full_tries_ < kTriesBeforeBallast || !ballast_->Drop()) return status;
    if (status = CheckSpace(); !status.ok()) return status;
  }
  rocksdb::WriteBatch write(batch.journal.size() + 64);
  for (const RowChange& change : batch.changes) {
    absl::StatusOr<rocksdb::ColumnFamilyHandle*> family = FamilyOf(change.table);
    if (!family.ok()) return family.status();
    const rocksdb::Status status = change.value.has_value()
                                       ? write.Put(*family, change.key, *change.value)
                                       : write.Delete(*family, change.key);
    if (!status.ok()) return FromRocks("commit", status);
  }
  if (!batch.journal.empty()) journal_->Append(batch.journal, &write);
  if (absl::Status status = main_->Write(&write); !status.ok()) {
    const bool full = absl::IsResourceExhausted(status);
    if (full && ++full_tries_ >= kTriesBeforeBallast) ballast_->Drop();  // for the next try
    return status;
  }
  full_tries_ = 0;
  if (!batch.journal.empty()) journal_->Appended();
  return journal_->last();
}

absl::StatusOr<std::optional<std::string>> RocksStore::Get(Table table,
                                                           std::string_view key) const {
  absl::StatusOr<rocksdb::ColumnFamilyHandle*> family = FamilyOf(table);
  if (!family.ok()) return family.status();
  std::string value;
  const rocksdb::Status status =
      main_->db()->Get(rocksdb::ReadOptions(), *family, rocksdb::Slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks("reading a row", status);
  return value;
}

absl::StatusOr<std::vector<std::optional<std::string>>> RocksStore::MultiGet(
    Table table, absl::Span<const std::string> keys) const {
  absl::StatusOr<rocksdb::ColumnFamilyHandle*> family = FamilyOf(table);
  if (!family.ok()) return family.status();
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> found(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  main_->db()->MultiGet(rocksdb::ReadOptions(), *family, keys.size(), slices.data(), found.data(),
                        statuses.data());
  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].ok()) {
      values[i] = found[i].ToString();
    } else if (!statuses[i].IsNotFound()) {
      return FromRocks("reading rows", statuses[i]);
    }
  }
  return values;
}

absl::Status RocksStore::Scan(
    Table table, std::string_view begin, std::string_view end,
    absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  absl::StatusOr<rocksdb::ColumnFamilyHandle*> family = FamilyOf(table);
  if (!family.ok()) return family.status();
  rocksdb::ReadOptions options;
  const rocksdb::Slice upper(end);
  if (!end.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(main_->db()->NewIterator(options, *family));
  for (it->Seek(rocksdb::Slice(begin)); it->Valid(); it->Next()) {
    if (!visit(it->key().ToStringView(), it->value().ToStringView())) break;
  }
  return FromRocks("reading rows", it->status());
}

absl::Status RocksStore::Seal(absl::Span<const SealedRun> runs, Position through) {
  const absl::StatusOr<Position> sealed = SealedThrough();
  if (!sealed.ok()) return sealed.status();
  if (absl::Status status = CheckSpace(); !status.ok()) return status;
  RestoreBallast();
  if (absl::Status status = history_->Add(runs); !status.ok()) return status;
  if (through <= *sealed) return absl::OkStatus();
  return main_->WriteMeta(kSealed, through);
}

absl::Status RocksStore::ExpireRows(Table table, Millis before) {
  if (absl::Status status = CheckAgeing(table); !status.ok()) return status;
  main_->drop_before(table)->Raise(before);
  return absl::OkStatus();
}

absl::StatusOr<Space> RocksStore::GetSpace() const {
  const absl::StatusOr<int64_t> free = dir_->FreeBytes();
  if (!free.ok()) return free.status();
  const absl::StatusOr<int64_t> used = dir_->UsedBytes();
  if (!used.ok()) return used.status();
  uint64_t buffers = 0;
  main_->db()->GetAggregatedIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &buffers);
  return Space{*free, *used, static_cast<int64_t>(cache_->GetUsage()),
               static_cast<int64_t>(buffers)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const RocksOptions& options) {
  auto store = std::make_unique<RocksStore>(options);
  if (absl::Status status = store->Open(); !status.ok()) return status;
  return store;
}

}  // namespace scheduler::store
