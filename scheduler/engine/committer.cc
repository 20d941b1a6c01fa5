#include "scheduler/engine/committer.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/log.h"
#include "scheduler/core/engine_clock.h"
#include "scheduler/store/journal_codec.h"

namespace scheduler::engine {

Committer::Committer(store::Store* store, JobRegistry* registry, int64_t epoch,
                     store::Position position, Sinks sinks)
    : store_(store),
      registry_(registry),
      epoch_(epoch),
      sinks_(std::move(sinks)),
      position_(position),
      written_(position) {}

std::unique_ptr<Batch> Committer::NewBatch() {
  base::MutexLock lock(&mu_);
  if (spare_.empty()) return std::make_unique<Batch>();
  std::unique_ptr<Batch> batch = std::move(spare_.back());
  spare_.pop_back();
  return batch;
}

void Committer::Submit(std::unique_ptr<Batch> batch) {
  pending_.fetch_add(1, std::memory_order_relaxed);
  staged_bytes_.fetch_add(batch->bytes, std::memory_order_relaxed);
  bool first = false;
  {
    base::MutexLock lock(&mu_);
    first = submitted_.empty();
    submitted_.push_back(std::move(batch));
  }
  if (first && sinks_.on_submit) sinks_.on_submit();
}

int64_t Committer::Step(int64_t mono_nanos) {
  if (failed()) return kIdle;
  if (writing_.empty()) {
    const int64_t earliest = last_start_ + (last_rows_ >= kBusyRows ? kBusyIntervalNanos : 0);
    base::MutexLock lock(&mu_);
    if (submitted_.empty()) return kIdle;
    if (mono_nanos < earliest) return earliest;
    TakeSubmitted();
    merged_ = false;
  } else if (mono_nanos < retry_at_) {
    return retry_at_;
  }
  last_start_ = mono_nanos;
  const absl::Status status = Write();
  if (absl::IsResourceExhausted(status)) {
    WaitForSpace(status);
    retry_at_ = mono_nanos + kDiskFullRetryNanos;
    return retry_at_;
  }
  if (!status.ok()) {
    failed_.store(true);
    if (sinks_.on_fatal) sinks_.on_fatal(status);
    return kIdle;
  }
  disk_full_.store(false, std::memory_order_relaxed);
  full_tries_ = 0;
  AfterCommit();
  return mono_nanos;
}

void Committer::WaitForSpace(const absl::Status& status) {
  // Nothing was written. What is decided stays decided: it waits for space.
  if (!disk_full_.exchange(true)) {
    base::Log(base::LogLevel::kError, "nothing can be written for now; commits wait",
              {{"error", std::string(status.message())}});
  }
  if (++full_tries_ < kDiskFullTries) return;
  for (int i = 0; i < registry_->loops(); ++i) registry_->gate(i).FailWaiting(status);
}

void Committer::TakeSubmitted() {
  int64_t bytes = 0;
  auto after = submitted_.begin();
  while (after != submitted_.end()) {
    bytes += (*after)->bytes;
    if (bytes > kMaxEntryBytes && after != submitted_.begin()) break;
    if ((*after++)->ends_entry) break;
  }
  std::move(submitted_.begin(), after, std::back_inserter(writing_));
  submitted_.erase(submitted_.begin(), after);
}

absl::Status Committer::Merge() {
  last_rows_ = 0;
  changes_.clear();
  entry_.clear();
  decisions_ = false;
  std::vector<const core::Transitions*> parts;
  for (const std::unique_ptr<Batch>& batch : writing_) {
    // Loops differ by little; where one is far behind, the clock went back.
    const bool stepped = batch->time < time_floor_ - core::EngineClock::kMaxSlew;
    time_floor_ = stepped ? batch->time : std::max(time_floor_, batch->time);
    decisions_ |= batch->HasDecisions();
    if (!batch->transitions.empty()) parts.push_back(&batch->transitions);
    last_rows_ += batch->transitions.size();
    std::move(batch->changes.begin(), batch->changes.end(), std::back_inserter(changes_));
  }
  merged_ = true;
  if (!decisions_ || store::EncodeEntry(epoch_, time_floor_, parts, &entry_)) {
    return absl::OkStatus();
  }
  return base::errors::Internal("a group commit is too large for one journal entry");
}

absl::Status Committer::Write() {
  if (!merged_) {
    if (absl::Status status = Merge(); !status.ok()) return status;
  }
  if (!decisions_) return absl::OkStatus();  // answers only
  const absl::StatusOr<store::Position> position =
      store_->Commit(store::CommitBatch{epoch_, entry_, changes_});
  if (!position.ok()) return position.status();
  written_ = *position;
  commits_.fetch_add(1, std::memory_order_relaxed);
  transitions_.fetch_add(static_cast<int64_t>(last_rows_), std::memory_order_relaxed);
  return absl::OkStatus();
}

void Committer::AfterCommit() {
  for (const std::unique_ptr<Batch>& batch : writing_) {
    registry_->gate(batch->loop).Publish(batch->ticket);
  }
  // After the gates: who reads the position first and the gates then sees every ticket up to it.
  position_.store(written_, std::memory_order_release);
  for (const std::unique_ptr<Batch>& batch : writing_) {
    sinks_.queue->Push(batch->ready);
    if (!batch->needs_input.empty()) sinks_.inputs->Load(batch->needs_input);
    for (const Batch::Cancels& cancels : batch->cancels) {
      sinks_.cancels->CancelRuns(cancels.runs, cancels.reason);
    }
  }
  int64_t staged = 0;
  for (const std::unique_ptr<Batch>& batch : writing_) {
    staged += batch->bytes;
    for (auto& reply : batch->replies) reply(written_);
    batch->Clear();
  }
  pending_.fetch_sub(static_cast<int64_t>(writing_.size()), std::memory_order_relaxed);
  staged_bytes_.fetch_sub(staged, std::memory_order_relaxed);
  base::MutexLock lock(&mu_);
  for (std::unique_ptr<Batch>& batch : writing_) {
    if (spare_.size() < 16) spare_.push_back(std::move(batch));
  }
  writing_.clear();
}

}  // namespace scheduler::engine
