#include "tests/support/store/fault_store.h"

#include <optional>
#include <string>
#include <utility>

namespace tests {

using scheduler::base::Millis;
using scheduler::base::MutexLock;
using scheduler::store::CommitBatch;
using scheduler::store::Position;
using scheduler::store::SealedRun;
using scheduler::store::Space;
using scheduler::store::Table;
using scheduler::store::UnsuccessfulCursor;

void FaultStore::Add(Plan plan) {
  MutexLock lock(&mu_);
  plans_.push_back(std::move(plan));
}

void FaultStore::Clear() {
  MutexLock lock(&mu_);
  plans_.clear();
}

int64_t FaultStore::calls(StoreCall call) const {
  MutexLock lock(&mu_);
  return calls_[static_cast<size_t>(call)];
}

FaultStore::Plan FaultStore::Begin(StoreCall call) const {
  Plan found;
  found.action = Action::kNothing;
  {
    MutexLock lock(&mu_);
    ++calls_[static_cast<size_t>(call)];
    for (size_t i = 0; i < plans_.size(); ++i) {
      Plan& plan = plans_[i];
      if (plan.call != call || --plan.nth > 0) continue;
      plan.nth = 1;  // the next such call is concerned too, while there are times left
      found = plan;
      if (--plan.times == 0) plans_.erase(plans_.begin() + static_cast<ptrdiff_t>(i));
      break;
    }
  }
  if (found.before != nullptr) found.before();
  return found;
}

template <typename Result, typename Make>
Result FaultStore::Do(StoreCall call, Result dropped, Make make) const {
  const Plan plan = Begin(call);
  if (plan.action == Action::kRefuse) return plan.status;
  if (plan.action == Action::kDrop) return dropped;
  Result result = make();
  if (plan.action == Action::kConceal) return plan.status;
  return result;
}

absl::StatusOr<int64_t> FaultStore::AcquireEpoch() {
  return Do<absl::StatusOr<int64_t>>(StoreCall::kAcquireEpoch, 0,
                                     [this] { return base_->AcquireEpoch(); });
}

absl::StatusOr<Position> FaultStore::Commit(const CommitBatch& batch) {
  const Position next = last_position_ + (batch.journal.empty() ? 0 : 1);
  return Do<absl::StatusOr<Position>>(StoreCall::kCommit, next, [&] {
    absl::StatusOr<Position> position = base_->Commit(batch);
    if (position.ok()) last_position_ = *position;
    return position;
  });
}

absl::Status FaultStore::ReadJournal(
    Position after, absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const {
  return Do(StoreCall::kReadJournal, absl::OkStatus(),
            [&] { return base_->ReadJournal(after, visit); });
}

absl::Status FaultStore::TrimJournal(Position through) {
  return Do(StoreCall::kTrimJournal, absl::OkStatus(), [&] { return base_->TrimJournal(through); });
}

absl::Status FaultStore::WriteCheckpoint(scheduler::core::ShardId shard, Position position,
                                         std::string_view body) {
  return Do(StoreCall::kWriteCheckpoint, absl::OkStatus(),
            [&] { return base_->WriteCheckpoint(shard, position, body); });
}

absl::Status FaultStore::ReadCheckpoints(
    absl::FunctionRef<absl::Status(scheduler::core::ShardId, Position, std::string_view)> visit)
    const {
  return Do(StoreCall::kReadCheckpoints, absl::OkStatus(),
            [&] { return base_->ReadCheckpoints(visit); });
}

absl::StatusOr<std::optional<std::string>> FaultStore::Get(Table table,
                                                           std::string_view key) const {
  return Do<absl::StatusOr<std::optional<std::string>>>(
      StoreCall::kGet, std::optional<std::string>(), [&] { return base_->Get(table, key); });
}

absl::StatusOr<std::vector<std::optional<std::string>>> FaultStore::MultiGet(
    Table table, absl::Span<const std::string> keys) const {
  return Do<absl::StatusOr<std::vector<std::optional<std::string>>>>(
      StoreCall::kMultiGet, std::vector<std::optional<std::string>>(keys.size()),
      [&] { return base_->MultiGet(table, keys); });
}

absl::Status FaultStore::Scan(
    Table table, std::string_view begin, std::string_view end,
    absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  return Do(StoreCall::kScan, absl::OkStatus(),
            [&] { return base_->Scan(table, begin, end, visit); });
}

absl::Status FaultStore::Seal(absl::Span<const SealedRun> runs, Position through) {
  return Do(StoreCall::kSeal, absl::OkStatus(), [&] { return base_->Seal(runs, through); });
}

absl::StatusOr<Position> FaultStore::SealedThrough() const {
  return Do<absl::StatusOr<Position>>(StoreCall::kSealedThrough, Position{0},
                                      [this] { return base_->SealedThrough(); });
}

absl::StatusOr<std::optional<std::string>> FaultStore::GetRun(
    const scheduler::core::RunKey& key) const {
  return Do<absl::StatusOr<std::optional<std::string>>>(
      StoreCall::kGetRun, std::optional<std::string>(), [&] { return base_->GetRun(key); });
}

absl::Status FaultStore::ScanRuns(
    scheduler::core::Uid uid, int64_t before,
    absl::FunctionRef<bool(const scheduler::core::RunKey&, std::string_view)> visit) const {
  return Do(StoreCall::kScanRuns, absl::OkStatus(),
            [&] { return base_->ScanRuns(uid, before, visit); });
}

absl::Status FaultStore::ScanUnsuccessful(
    std::string_view product, const UnsuccessfulCursor& cursor,
    absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const {
  return Do(StoreCall::kScanUnsuccessful, absl::OkStatus(),
            [&] { return base_->ScanUnsuccessful(product, cursor, visit); });
}

absl::Status FaultStore::Retain(Millis before, int64_t max_bytes) {
  return Do(StoreCall::kRetain, absl::OkStatus(), [&] { return base_->Retain(before, max_bytes); });
}

absl::Status FaultStore::ExpireRows(Table table, Millis before) {
  return Do(StoreCall::kExpireRows, absl::OkStatus(),
            [&] { return base_->ExpireRows(table, before); });
}

absl::StatusOr<Space> FaultStore::GetSpace() const {
  return Do<absl::StatusOr<Space>>(StoreCall::kGetSpace, Space{},
                                   [this] { return base_->GetSpace(); });
}

}  // namespace tests
