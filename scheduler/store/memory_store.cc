#include "scheduler/store/memory_store.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/history_keys.h"
#include "scheduler/store/key_bytes.h"
#include "scheduler/store/rows.h"

namespace scheduler::store {

using base::MutexLock;

MemoryDisk::MemoryDisk() {
  MutexLock lock(&mu_);
  for (std::shared_ptr<Version>& map : maps_) map = std::make_shared<Version>();
}

void MemoryDisk::SetFreeBytes(int64_t bytes) {
  MutexLock lock(&mu_);
  free_bytes_ = bytes;
}

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}

  std::string_view name() const override { return "memory"; }
  absl::StatusOr<int64_t> AcquireEpoch() override;
  absl::StatusOr<Position> Commit(const CommitBatch& batch) override;
  absl::Status ReadJournal(
      Position after,
      absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const override;
  absl::Status TrimJournal(Position through) override;
  int64_t JournalBytes() const override;
  absl::Status WriteCheckpoint(core::ShardId shard, Position position,
                               std::string_view body) override;
  absl::Status ReadCheckpoints(
      absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit)
      const override;
  absl::StatusOr<std::optional<std::string>> Get(Table table, std::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Table table, absl::Span<const std::string> keys) const override;
  absl::Status Scan(
      Table table, std::string_view begin, std::string_view end,
      absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status Seal(absl::Span<const SealedRun> runs, Position through) override;
  absl::StatusOr<Position> SealedThrough() const override;
  absl::StatusOr<std::optional<std::string>> GetRun(const core::RunKey& key) const override;
  absl::Status ScanRuns(
      core::Uid uid, int64_t before,
      absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const override;
  absl::Status ScanUnsuccessful(
      std::string_view product, const UnsuccessfulCursor& cursor,
      absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const override;
  absl::Status Retain(Millis before, int64_t max_bytes) override;
  absl::Status ExpireRows(Table table, Millis before) override;
  absl::StatusOr<Space> GetSpace() const override;

 private:
  using Map = MemoryDisk::Map;
  using MapId = MemoryDisk::MapId;

  static MapId IdOf(Table table) { return static_cast<MapId>(table); }

  // Holds one version of a map still while it is read without the lock.
  class Reading {
   public:
    Reading(MemoryDisk* disk, MapId id) : disk_(disk) {
      MutexLock lock(&disk_->mu_);
      version_ = disk_->maps_[id];
      ++version_->readers;
    }
    ~Reading() {
      MutexLock lock(&disk_->mu_);
      --version_->readers;
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    const Map& operator*() const { return version_->map; }

   private:
    MemoryDisk* disk_;
    std::shared_ptr<MemoryDisk::Version> version_;
  };

  // The map to change: a copy of it where someone reads the current one.
  Map& Mutable(MapId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu_) {
    std::shared_ptr<MemoryDisk::Version>& version = disk_->maps_[id];
    if (version->readers > 0) {
      auto copy = std::make_shared<MemoryDisk::Version>();
      copy->map = version->map;
      version = std::move(copy);
    }
    return version->map;
  }

  // OK if this store's epoch is the current one and there is space.
  absl::Status CheckWritable(int64_t epoch) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu_) {
    if (epoch != disk_->epoch_) return base::errors::EpochFenced(epoch, disk_->epoch_);
    if (disk_->free_bytes_ <= 0) return base::errors::DiskFull(disk_->free_bytes_, 0);
    return absl::OkStatus();
  }

  void PutRun(const SealedRun& run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu_);
  void EraseRun(Map::iterator it) ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu_);
  void DropBeyondLimit(core::Uid uid) ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu_);

  const std::shared_ptr<MemoryDisk> disk_;
  int64_t epoch_ ABSL_GUARDED_BY(disk_->mu_) = 0;
};

namespace {

std::string NumberKey(uint64_t number) {
  std::string key;
  AppendKeyNumber(number, &key);
  return key;
}

// The end time in a sealed run's body; kNever, which is never dropped, where it cannot be read.
Millis EndTimeOf(std::string_view body) {
  const absl::StatusOr<RetentionFacts> facts = DecodeRetentionFacts(body);
  return facts.ok() ? facts->end_time : base::kNever;
}

int64_t BytesOf(const std::pair<const std::string, std::string>& row) {
  return static_cast<int64_t>(row.first.size() + row.second.size());
}

}  // namespace

absl::StatusOr<int64_t> MemoryStore::AcquireEpoch() {
  MutexLock lock(&disk_->mu_);
  epoch_ = ++disk_->epoch_;
  return epoch_;
}

absl::StatusOr<Position> MemoryStore::Commit(const CommitBatch& batch) {
  MutexLock lock(&disk_->mu_);
  if (absl::Status status = CheckWritable(batch.epoch); !status.ok()) return status;
  for (const RowChange& change : batch.changes) {
    Map& table = Mutable(IdOf(change.table));
    if (change.value.has_value()) {
      table.insert_or_assign(change.key, *change.value);
    } else {
      table.erase(change.key);
    }
  }
  if (!batch.journal.empty()) {
    Mutable(MapId::kJournal).emplace(NumberKey(++disk_->last_position_), batch.journal);
    disk_->journal_bytes_ += static_cast<int64_t>(batch.journal.size());
  }
  return disk_->last_position_;
}

absl::Status MemoryStore::ReadJournal(
    Position after, absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const {
  const Reading journal(disk_.get(), MapId::kJournal);
  for (auto it = (*journal).upper_bound(NumberKey(after)); it != (*journal).end(); ++it) {
    absl::Status status = visit(ReadKeyNumber(it->first), it->second);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::TrimJournal(Position through) {
  MutexLock lock(&disk_->mu_);
  if (absl::Status status = CheckWritable(epoch_); !status.ok()) return status;
  Map& journal = Mutable(MapId::kJournal);
  const auto end = journal.upper_bound(NumberKey(through));
  for (auto it = journal.begin(); it != end; ++it) {
    disk_->journal_bytes_ -= static_cast<int64_t>(it->second.size());
  }
  journal.erase(journal.begin(), end);
  return absl::OkStatus();
}

int64_t MemoryStore::JournalBytes() const {
  MutexLock lock(&disk_->mu_);
  return disk_->journal_bytes_;
}

absl::Status MemoryStore::WriteCheckpoint(core::ShardId shard, Position position,
                                          std::string_view body) {
  MutexLock lock(&disk_->mu_);
  if (absl::Status status = CheckWritable(epoch_); !status.ok()) return status;
  std::string value = NumberKey(position);
  value.append(body);
  Mutable(MapId::kCheckpoints)
      .insert_or_assign(std::string(1, static_cast<char>(shard)), std::move(value));
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadCheckpoints(
    absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit) const {
  const Reading checkpoints(disk_.get(), MapId::kCheckpoints);
  for (const auto& [key, value] : *checkpoints) {
    absl::Status status = visit(static_cast<core::ShardId>(key[0]), ReadKeyNumber(value),
                                std::string_view(value).substr(kKeyNumberBytes));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> MemoryStore::Get(Table table,
                                                            std::string_view key) const {
  const Reading rows(disk_.get(), IdOf(table));
  const auto it = (*rows).find(key);
  if (it == (*rows).end()) return std::nullopt;
  return it->second;
}

absl::StatusOr<std::vector<std::optional<std::string>>> MemoryStore::MultiGet(
    Table table, absl::Span<const std::string> keys) const {
  const Reading rows(disk_.get(), IdOf(table));
  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (const auto it = (*rows).find(keys[i]); it != (*rows).end()) values[i] = it->second;
  }
  return values;
}

absl::Status MemoryStore::Scan(
    Table table, std::string_view begin, std::string_view end,
    absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  const Reading rows(disk_.get(), IdOf(table));
  for (auto it = (*rows).lower_bound(begin); it != (*rows).end(); ++it) {
    if (!end.empty() && it->first >= end) break;
    if (!visit(it->first, it->second)) break;
  }
  return absl::OkStatus();
}

void MemoryStore::PutRun(const SealedRun& run) {
  Map& runs = Mutable(MapId::kRuns);
  std::string key = RunHistoryKey(run.key);
  if (const auto old = runs.find(key); old != runs.end()) EraseRun(old);
  disk_->history_bytes_ += static_cast<int64_t>(key.size() + run.body.size());
  runs.emplace(std::move(key), run.body);
  if (!run.unsuccessful_end.has_value()) return;
  Mutable(MapId::kUnsuccessful)
      .insert_or_assign(UnsuccessfulKey(run.product, *run.unsuccessful_end, run.key), run.body);
}

// Takes the run out of history; the index of unsuccessful runs is looked after by its age.
void MemoryStore::EraseRun(Map::iterator it) {
  disk_->history_bytes_ -= BytesOf(*it);
  Mutable(MapId::kRuns).erase(it);
}

void MemoryStore::DropBeyondLimit(core::Uid uid) {
  Map& runs = Mutable(MapId::kRuns);
  const auto newest = runs.lower_bound(NumberKey(uid));
  if (newest == runs.end()) return;
  const std::optional<core::RunKey> key = ParseRunHistoryKey(newest->first);
  const absl::StatusOr<RetentionFacts> facts = DecodeRetentionFacts(newest->second);
  if (!key.has_value() || key->uid != uid || !facts.ok()) return;
  const core::RunKey dropped{uid, key->number - facts->history_limit};
  auto it = runs.lower_bound(RunHistoryKey(dropped));
  while (it != runs.end() && ParseRunHistoryKey(it->first)->uid == uid) {
    disk_->history_bytes_ -= BytesOf(*it);
    it = runs.erase(it);
  }
}

absl::Status MemoryStore::Seal(absl::Span<const SealedRun> runs, Position through) {
  MutexLock lock(&disk_->mu_);
  if (absl::Status status = CheckWritable(epoch_); !status.ok()) return status;
  for (size_t i = 0; i < runs.size(); ++i) {
    PutRun(runs[i]);
    if (i + 1 == runs.size() || runs[i + 1].key.uid != runs[i].key.uid) {
      DropBeyondLimit(runs[i].key.uid);
    }
  }
  disk_->sealed_through_ = std::max(disk_->sealed_through_, through);
  return absl::OkStatus();
}

absl::StatusOr<Position> MemoryStore::SealedThrough() const {
  MutexLock lock(&disk_->mu_);
  return disk_->sealed_through_;
}

absl::StatusOr<std::optional<std::string>> MemoryStore::GetRun(const core::RunKey& key) const {
  const Reading runs(disk_.get(), MapId::kRuns);
  const auto it = (*runs).find(RunHistoryKey(key));
  if (it == (*runs).end()) return std::nullopt;
  return it->second;
}

absl::Status MemoryStore::ScanRuns(
    core::Uid uid, int64_t before,
    absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const {
  const Reading runs(disk_.get(), MapId::kRuns);
  for (auto it = (*runs).upper_bound(RunHistoryKey({uid, before})); it != (*runs).end(); ++it) {
    const core::RunKey key = *ParseRunHistoryKey(it->first);
    if (key.uid != uid || !visit(key, it->second)) break;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::ScanUnsuccessful(
    std::string_view product, const UnsuccessfulCursor& cursor,
    absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const {
  const Reading runs(disk_.get(), MapId::kUnsuccessful);
  auto it = (*runs).upper_bound(UnsuccessfulKey(product, cursor.end_time, cursor.key));
  for (; it != (*runs).end(); ++it) {
    const UnsuccessfulKeyParts parts = *ParseUnsuccessfulKey(it->first);
    if (parts.product != product) break;
    if (!visit(UnsuccessfulCursor{parts.end_time, parts.key}, it->second)) break;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::Retain(Millis before, int64_t max_bytes) {
  MutexLock lock(&disk_->mu_);
  if (absl::Status status = CheckWritable(epoch_); !status.ok()) return status;
  Map& runs = Mutable(MapId::kRuns);
  std::vector<std::pair<Millis, int64_t>> ends;  // end time and bytes of every run
  ends.reserve(runs.size());
  for (const auto& row : runs) ends.emplace_back(EndTimeOf(row.second), BytesOf(row));
  std::sort(ends.begin(), ends.end());
  int64_t bytes = disk_->history_bytes_;
  for (const auto& [end_time, size] : ends) {
    if (bytes <= max_bytes) break;
    before = std::max(before, end_time + 1);
    bytes -= size;
  }
  for (auto it = runs.begin(); it != runs.end();) {
    if (EndTimeOf(it->second) >= before) {
      ++it;
      continue;
    }
    disk_->history_bytes_ -= BytesOf(*it);
    it = runs.erase(it);
  }
  std::erase_if(Mutable(MapId::kUnsuccessful), [before](const auto& row) {
    return ParseUnsuccessfulKey(row.first)->end_time < before;
  });
  return absl::OkStatus();
}

absl::Status MemoryStore::ExpireRows(Table table, Millis before) {
  if (absl::Status status = CheckAgeing(table); !status.ok()) return status;
  MutexLock lock(&disk_->mu_);
  if (absl::Status status = CheckWritable(epoch_); !status.ok()) return status;
  std::erase_if(Mutable(IdOf(table)), [table, before](const auto& row) {
    const std::optional<Millis> at = RowTime(table, row.second);
    return at.has_value() && *at < before;
  });
  return absl::OkStatus();
}

absl::StatusOr<Space> MemoryStore::GetSpace() const {
  MutexLock lock(&disk_->mu_);
  return Space{disk_->free_bytes_, disk_->journal_bytes_ + disk_->history_bytes_};
}

std::unique_ptr<Store> OpenMemoryStore(std::shared_ptr<MemoryDisk> disk) {
  return std::make_unique<MemoryStore>(std::move(disk));
}

}  // namespace scheduler::store
