#include "tests/simulation/sim_store.h"

#include <algorithm>
#include <iterator>

#include "scheduler/base/errors.h"
#include "scheduler/store/rows.h"

namespace sim {

namespace errors = scheduler::base::errors;

namespace {

// Sabotage strikes at every so many commits, when the world has some life in it.
constexpr int kStrikeEvery = 12;

template <typename T>
bool IsA(const core::Transition& t) {
  return std::holds_alternative<T>(t);
}

bool IsPause(const core::Transition& t) {
  const auto* change = std::get_if<core::JobStateChanged>(&t);
  return change != nullptr && change->state == core::JobState::kPaused;
}

bool IsMissed(const core::Transition& t) {
  const auto* closed = std::get_if<core::StretchClosed>(&t);
  return closed != nullptr && closed->state == core::RunState::kMissed;
}

bool IsBefore(const store::RowChange& change) {
  return change.table == store::Table::kMeta &&
         change.key.starts_with(store::kCalendarChangePrefix);
}

}  // namespace

SimStore::SimStore(std::unique_ptr<Store> inner, DiskFaults* faults, Sabotage sabotage,
                   OnEntry on_entry)
    : ForwardingStore(std::move(inner)),
      faults_(*faults),
      sabotage_(sabotage),
      on_entry_(std::move(on_entry)) {}

std::string SimStore::Sabotaged(std::string_view entry, const core::Transitions& transitions) {
  core::Transitions changed;
  for (const core::Transition& t : transitions) {
    if (sabotage_ == Sabotage::kUndoPause && IsPause(t)) continue;
    if (sabotage_ == Sabotage::kForgetMissed && IsMissed(t)) continue;
    changed.push_back(t);
    if (sabotage_ == Sabotage::kDoubleRun && IsA<core::RunCreated>(t) &&
        commits_ % kStrikeEvery == 0) {
      core::RunCreated twin = std::get<core::RunCreated>(t);
      ++twin.number;
      changed.emplace_back(twin);
    }
  }
  if (changed.size() == transitions.size()) return std::string(entry);
  const absl::StatusOr<store::DecodedEntry> decoded = store::DecodeEntry(entry);
  const core::Transitions* part = &changed;
  std::string bytes;
  store::EncodeEntry(decoded->epoch, decoded->time_floor, {&part, 1}, &bytes);
  return bytes;
}

absl::StatusOr<store::Position> SimStore::Commit(const store::CommitBatch& batch) {
  if (faults_.full) return errors::DiskFull(0, 0);
  const DiskFaults::NextCommit fault =
      std::exchange(faults_.next_commit, DiskFaults::NextCommit::kWorks);
  if (fault == DiskFaults::NextCommit::kFailsUnwritten) return errors::SyncFailed("EIO");
  absl::StatusOr<store::DecodedEntry> entry = store::DecodeEntry(batch.journal);
  if (!entry.ok()) return entry.status();
  ++commits_;
  store::CommitBatch written = batch;
  const std::string bytes = Sabotaged(batch.journal, entry->transitions);
  written.journal = bytes;
  std::string empty;
  const bool strikes = commits_ % kStrikeEvery == 0;
  if ((sabotage_ == Sabotage::kDropEntry && strikes) || sabotage_ == Sabotage::kAcknowledgeEarly) {
    const core::Transitions* none = nullptr;
    store::EncodeEntry(entry->epoch, entry->time_floor, {&none, 0}, &empty);
    written.journal = empty;
  }
  if (sabotage_ == Sabotage::kDropRow && strikes) written.changes = {};
  std::vector<store::RowChange> kept;
  if (sabotage_ == Sabotage::kForgetBefore) {
    std::copy_if(batch.changes.begin(), batch.changes.end(), std::back_inserter(kept),
                 [](const store::RowChange& change) { return !IsBefore(change); });
    written.changes = kept;
  }
  absl::StatusOr<Position> position = ForwardingStore::Commit(written);
  if (!position.ok()) return position;
  on_entry_(*position, *entry, batch.changes);
  if (fault == DiskFaults::NextCommit::kFailsWritten) return errors::SyncFailed("EIO");
  return position;
}

absl::Status SimStore::TrimJournal(Position through) {
  if (faults_.archive_fails) return errors::StoreIo("trim", "EIO");
  return ForwardingStore::TrimJournal(through);
}

absl::Status SimStore::WriteCheckpoint(core::ShardId shard, Position position,
                                       std::string_view body) {
  if (faults_.archive_fails) return errors::DiskFull(0, 0);
  return ForwardingStore::WriteCheckpoint(shard, position, body);
}

absl::Status SimStore::Seal(absl::Span<const store::SealedRun> runs, Position through) {
  if (faults_.archive_fails) return errors::DiskFull(0, 0);
  if (sabotage_ == Sabotage::kForgetSeal && ++seals_ % 4 == 0) runs = {};
  return ForwardingStore::Seal(runs, through);
}

absl::StatusOr<store::Space> SimStore::GetSpace() const {
  absl::StatusOr<store::Space> space = ForwardingStore::GetSpace();
  if (space.ok() && faults_.full) space->free_bytes = 0;
  return space;
}

}  // namespace sim
