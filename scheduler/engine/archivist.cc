#include "scheduler/engine/archivist.h"

#include <algorithm>
#include <utility>

#include "scheduler/store/history_codec.h"

namespace scheduler::engine {

Archivist::Archivist(store::Store* store, JobRegistry* registry, Committer* committer,
                     std::vector<Loop*> loops, ArchiveOptions options, store::Position sealed)
    : store_(store),
      registry_(registry),
      committer_(committer),
      loops_(std::move(loops)),
      options_(options),
      sealed_(sealed) {}

absl::Status Archivist::Step(Millis now) {
  const bool old = now - last_seal_ >= options_.seal_every || now < last_seal_;
  const bool many = registry_->unsealed_runs.load() >= options_.seal_rows;
  if (old || many) {
    if (absl::Status status = SealNow(); !status.ok()) return status;
    last_seal_ = now;
  }
  if (now - last_retain_ >= options_.retain_every || now < last_retain_) {
    if (absl::Status status = Retain(now); !status.ok()) return status;
    last_retain_ = now;
  }
  return StepCheckpoint();
}

absl::Status Archivist::Retain(Millis now) {
  const Millis before = now - options_.history_age;
  absl::Status status = store_->Retain(before, options_.history_bytes);
  // A deleted job's row is needed as long as its runs can be read.
  status.Update(store_->ExpireRows(store::Table::kDeletedJobs, before));
  status.Update(store_->ExpireRows(store::Table::kRequests, now - base::limits::kRequestIdAge));
  return status;
}

absl::Status Archivist::SealNow() {
  // Read before the tickets: everything up to it is in the buffers with a durable ticket.
  const store::Position through = committer_->position();
  if (through == sealed_) return absl::OkStatus();
  std::vector<std::shared_ptr<const std::vector<UnsealedRun>>> taken;
  // With the keys beside the pointers, so that sorting does not read the runs.
  std::vector<std::pair<core::RunKey, const core::TerminalRun*>> runs;
  for (int i = 0; i < base::limits::kShards; ++i) {
    const auto id = static_cast<core::ShardId>(i);
    const Ticket durable = registry_->gate(registry_->LoopOf(id)).durable();
    Shard& s = registry_->shard(id);
    base::MutexLock lock(&s.mu);
    taken.push_back(s.TakeForSealing(durable));
  }
  for (const auto& part : taken) {
    for (const UnsealedRun& r : *part) runs.emplace_back(r.run.key, &r.run);
  }
  std::sort(runs.begin(), runs.end());
  std::vector<store::SealedRun> sealed;
  sealed.reserve(runs.size());
  for (const auto& [key, run] : runs) sealed.push_back(store::Seal(*run));
  const absl::Status status = store_->Seal(sealed, through);
  if (status.ok()) sealed_ = through;
  for (int i = 0; i < base::limits::kShards; ++i) {
    Shard& s = registry_->shard(static_cast<core::ShardId>(i));
    base::MutexLock lock(&s.mu);
    s.SealingDone(status.ok());
  }
  if (status.ok()) registry_->unsealed_runs.fetch_sub(static_cast<int64_t>(runs.size()));
  return status;
}

int64_t Archivist::TailLimit() const {
  // Half the state: records, tags and rows of a job come to about this much in a checkpoint.
  constexpr int64_t kBytesPerJob = 120;
  return std::max(options_.journal_bytes, registry_->jobs.load() * kBytesPerJob / 2);
}

absl::Status Archivist::StepCheckpoint() {
  if (next_shard_ < 0) {
    if (store_->JournalBytes() < TailLimit()) return absl::OkStatus();
    next_shard_ = 0;
    lowest_ = committer_->position();
  }
  const auto shard = static_cast<core::ShardId>(next_shard_);
  if (!asked_) {
    AskForSnapshot(shard);
    asked_ = true;
    return absl::OkStatus();
  }
  std::optional<Snapshot> snapshot = TakeSnapshot();
  if (!snapshot.has_value()) return absl::OkStatus();
  if (absl::Status s = WriteSnapshot(shard, *std::move(snapshot)); !s.ok()) {
    asked_ = false;  // a later snapshot of the same shard
    return s;
  }
  asked_ = false;
  if (++next_shard_ < base::limits::kShards) return absl::OkStatus();
  next_shard_ = -1;
  return store_->TrimJournal(std::min(lowest_, sealed_));
}

void Archivist::AskForSnapshot(core::ShardId shard) {
  loops_[registry_->LoopOf(shard)]->Post([this, shard, ask = ++ask_](Loop& loop) {
    Snapshot snapshot;
    snapshot.ask = ask;
    snapshot.max_sequence = registry_->last_sequence.load();
    snapshot.time = loop.core().now();
    Shard& s = registry_->shard(shard);
    {
      base::MutexLock lock(&s.mu);
      snapshot.state = std::make_unique<ShardCopy>(s, registry_->tables().events);
    }
    loop.core().MarkPosition(
        [this, snapshot = std::move(snapshot)](store::Position position) mutable {
          snapshot.position = position;
          base::MutexLock lock(&mu_);
          ready_ = std::move(snapshot);
        });
  });
}

std::optional<Archivist::Snapshot> Archivist::TakeSnapshot() {
  base::MutexLock lock(&mu_);
  std::optional<Snapshot> snapshot = std::exchange(ready_, std::nullopt);
  if (snapshot.has_value() && snapshot->ask != ask_) snapshot.reset();
  return snapshot;
}

absl::Status Archivist::WriteSnapshot(core::ShardId shard, Snapshot snapshot) {
  // Terminal records up to the checkpoint are nowhere else once the journal is trimmed.
  if (sealed_ < snapshot.position) {
    if (absl::Status s = SealNow(); !s.ok()) return s;
  }
  lowest_ = std::min(lowest_, snapshot.position);
  snapshot.state->SortByUid();  // what is restored stands in an order that hashes do not decide
  store::CheckpointWriter writer(snapshot.max_sequence, snapshot.time);
  for (size_t i = 0; i < snapshot.state->size(); ++i) writer.Add(snapshot.state->SnapshotOf(i));
  return store_->WriteCheckpoint(shard, snapshot.position, std::move(writer).Finish());
}

absl::Status Archivist::CheckpointNow(const std::function<void()>& step_loops) {
  if (absl::Status s = SealNow(); !s.ok()) return s;
  next_shard_ = 0;
  asked_ = false;
  lowest_ = committer_->position();
  while (next_shard_ >= 0) {
    if (absl::Status s = StepCheckpoint(); !s.ok()) return s;
    if (step_loops) step_loops();
  }
  return absl::OkStatus();
}

}  // namespace scheduler::engine
