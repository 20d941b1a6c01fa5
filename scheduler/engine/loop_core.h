#ifndef SCHEDULER_ENGINE_LOOP_CORE_H_
#define SCHEDULER_ENGINE_LOOP_CORE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "scheduler/core/timing_wheel.h"
#include "scheduler/engine/batch.h"
#include "scheduler/engine/committer.h"
#include "scheduler/engine/registry.h"

namespace scheduler::engine {

// A waiting retry.
struct RetryTimer {
  Millis at = 0;
  core::RunKey key;

  friend bool operator<(const RetryTimer& a, const RetryTimer& b) {
    return a.at != b.at ? a.at < b.at : a.key < b.key;
  }
};

// What all decisions of one loop share: its time, its timers, the batch under way, and the steps
// that follow from a decision (plan again, release the buffer, complete). Commands and outcomes are
// written in terms of it.
//
// Used by one thread at a time. Methods that take a shard REQUIRE its lock.
class LoopCore {
 public:
  LoopCore(int index, JobRegistry* registry, Committer* committer, int64_t epoch, Millis now);

  JobRegistry& registry() { return *registry_; }
  SharedTables& tables() { return registry_->tables(); }
  Shard& shard(core::ShardId id) { return registry_->shard(id); }
  int64_t epoch() const { return epoch_; }
  Millis now() const { return now_; }
  // Engine time goes back only where the wall clock did by more than is slewed.
  void set_now(Millis now) {
    if (now < now_) wheel_.Rewind(now);
    now_ = now;
  }
  Batch& batch() { return *batch_; }
  Ticket ticket() const { return batch_->ticket; }

  // Records a decision: applies it and stages it for the next commit.
  template <typename T>
  void Record(Shard& s, Slot slot, T t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
    if constexpr (std::is_same_v<T, core::RunEnded> || std::is_same_v<T, core::StretchClosed>) {
      s.Apply(slot, t, ticket());
    } else {
      s.Apply(slot, t);
    }
    s.last_ticket = ticket();
    batch_->Add(std::move(t));
  }
  // A new job; returns its slot.
  Slot RecordNew(Shard& s, std::shared_ptr<const core::JobDefined> t)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void RecordUpdate(Shard& s, Slot slot, std::shared_ptr<const core::JobDefined> t)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void RecordDelete(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void RecordAmendments(Shard& s, Slot slot, core::Amendments amendments)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // A record of occurrences that are not run, SKIPPED or MISSED, which moves the cursor to their last.
  void RecordStretch(Shard& s, Slot slot, core::RunState state, std::string_view reason,
                     const core::PlannedStretch& stretch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Creates a run; hands it to dispatch unless it is buffered. Returns its number.
  int64_t CreateRun(Shard& s, Slot slot, const core::Occurrence& occurrence, core::Trigger trigger,
                    bool buffered, std::shared_ptr<const core::RunOrigin> origin = nullptr)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Ends a run and does what follows from it. `ended.at` is set here.
  void EndRun(Shard& s, Slot slot, core::RunEnded ended) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Decides what is due for the job and arms its timer for what comes next.
  void Advance(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Does what the end of a run, or a change of policy, makes possible: a buffered run starts, an open
  // stretch that nothing blocks any more ends, the schedule goes on.
  void Reconsider(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Closes the job's open stretch, if there is one, with the occurrences up to now; or up to `until`,
  // where the clock has gone back since.
  void CloseStretch(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
    CloseStretch(s, slot, now_);
  }
  void CloseStretch(Shard& s, Slot slot, Millis until) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Creates the next runs of the job's backfill, as many as may be active: when one begins, when a run
  // of the job ends, and after a restart. See backfill.cc.
  void ContinueBackfill(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Stages an open run for dispatch after the commit.
  void Enqueue(Shard& s, Slot slot, OpenRun* run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Hands open runs to dispatch again: after a restart, or when a pause ends.
  void ResumeOpenRuns(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Arms the one timer of a run that waits for a retry.
  void ArmRetry(Shard& s, Slot slot, OpenRun* run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // The retry policy of a run: its job's, else its event's, else none.
  core::RetryPolicy RetryPolicyOf(Shard& s, Slot slot, const OpenRun& run)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  absl::btree_set<RetryTimer>& retries() { return retries_; }
  core::TimingWheel& wheel() { return wheel_; }

  // Runs whose event is gone; they end FAILED in the next step.
  std::vector<core::RunKey>& orphans() { return orphans_; }

  // `reply` is called after the batch under way is durable.
  void Reply(absl::AnyInvocable<void(store::Position)> reply) {
    batch_->replies.push_back(std::move(reply));
  }
  void Put(store::Table table, std::string key, std::optional<std::string> value) {
    batch_->bytes += static_cast<int64_t>(key.size() + (value.has_value() ? value->size() : 0));
    batch_->changes.push_back(store::RowChange{table, std::move(key), std::move(value)});
  }

  // Calls `reply` with the position of an entry that holds everything this loop decided up to here
  // and nothing later.
  void MarkPosition(absl::AnyInvocable<void(store::Position)> reply) {
    Reply(std::move(reply));
    batch_->ends_entry = true;
    HandOver();
  }

  // Gives the batch under way to the committer, if it holds anything.
  void HandOver();

 private:
  void CarryOut(Shard& s, Slot slot, const core::Plan& plan) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // Records the occurrences that the plan skips by request, from `next` on, which lie before `until`.
  void RecordRequested(Shard& s, Slot slot, const core::Plan& plan, Millis until, size_t* next)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // Returns true if the job has an occurrence again.
  bool MovePhase(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void Complete(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void ReleaseBuffered(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // Whether the runs that are open keep the next occurrence from starting or waiting.
  bool Blocks(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  const int index_;
  JobRegistry* const registry_;
  Committer* const committer_;
  const int64_t epoch_;
  Millis now_;
  core::TimingWheel wheel_;
  absl::btree_set<RetryTimer> retries_;
  std::vector<core::RunKey> orphans_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_LOOP_CORE_H_
