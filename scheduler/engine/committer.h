#ifndef SCHEDULER_ENGINE_COMMITTER_H_
#define SCHEDULER_ENGINE_COMMITTER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/engine/batch.h"
#include "scheduler/engine/registry.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

// Receives runs whose input must be read before they are sent.
class InputStage {
 public:
  virtual ~InputStage() = default;
  virtual void Load(absl::Span<const core::ReadyRun> runs) = 0;
};

// The one writer of a process: merges what all loops handed over into one packed entry and one sync,
// and after it is durable publishes it to readers, hands runs to dispatch and answers callers.
//
// Adaptive linger: nothing waits while the disk is idle; when the last commits were large, the next
// starts no sooner than kBusyInterval after the last one did, so that it carries more.
//
// A stepped object: one thread calls Step; Submit may be called from any.
class Committer {
 public:
  struct Sinks {
    core::RunQueue* queue = nullptr;
    InputStage* inputs = nullptr;
    core::CancelSink* cancels = nullptr;
    // Called when a commit failed for good: nothing more is acknowledged, the process must end.
    std::function<void(const absl::Status&)> on_fatal;
    std::function<void()> on_submit;  // wakes the thread that steps
  };

  static constexpr int64_t kBusyIntervalNanos = 1'000'000;
  static constexpr size_t kBusyRows = 64;
  static constexpr int64_t kMaxEntryBytes = int64_t{64} << 20;
  static constexpr int64_t kDiskFullRetryNanos = 200'000'000;
  // After so many tries readers are told, rather than kept waiting for space.
  static constexpr int kDiskFullTries = 10;

  // `position`: of the last entry that the store has.
  Committer(store::Store* store, JobRegistry* registry, int64_t epoch, store::Position position,
            Sinks sinks);

  void Submit(std::unique_ptr<Batch> batch);

  // Commits what was submitted, if it is time. Returns the monotonic nanoseconds at which to step
  // again, kIdle if only a Submit makes that necessary.
  static constexpr int64_t kIdle = INT64_MAX;
  int64_t Step(int64_t mono_nanos);

  // The last durable position. What it holds is behind open gates: a gate is never behind it.
  store::Position position() const { return position_.load(std::memory_order_acquire); }
  // A commit failed for want of space and is being tried again.
  bool disk_full() const { return disk_full_.load(std::memory_order_relaxed); }
  // Whether a commit failed for good.
  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  // Batches that were submitted and are not durable.
  int64_t pending() const { return pending_.load(std::memory_order_relaxed); }
  // About the memory that they take up.
  int64_t staged_bytes() const { return staged_bytes_.load(std::memory_order_relaxed); }
  int64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  int64_t transitions() const { return transitions_.load(std::memory_order_relaxed); }

  // An empty batch, its memory kept from an earlier one.
  std::unique_ptr<Batch> NewBatch();

 private:
  // Moves what may stand in one entry to `writing_`: whole batches, of kMaxEntryBytes at most unless a
  // single one is larger.
  void TakeSubmitted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Packs what `writing_` holds into `entry_` and `changes_`. An error is final.
  absl::Status Merge();
  absl::Status Write();
  void WaitForSpace(const absl::Status& status);
  void AfterCommit();

  store::Store* const store_;
  JobRegistry* const registry_;
  const int64_t epoch_;
  const Sinks sinks_;

  std::atomic<store::Position> position_{0};
  std::atomic<bool> disk_full_{false};
  std::atomic<bool> failed_{false};
  std::atomic<int64_t> pending_{0};
  std::atomic<int64_t> staged_bytes_{0};
  std::atomic<int64_t> commits_{0};
  std::atomic<int64_t> transitions_{0};

  base::Mutex mu_;
  std::vector<std::unique_ptr<Batch>> submitted_ ABSL_GUARDED_BY(mu_);
  std::vector<std::unique_ptr<Batch>> spare_ ABSL_GUARDED_BY(mu_);

  // Of the stepping thread.
  std::vector<std::unique_ptr<Batch>> writing_;
  bool merged_ = false;
  bool decisions_ = false;  // there is something to write
  std::string entry_;
  store::Position written_ = 0;  // of the last entry in the store
  std::vector<store::RowChange> changes_;
  Millis time_floor_ = 0;
  int64_t last_start_ = 0;
  int64_t retry_at_ = 0;
  int full_tries_ = 0;  // of the commit under way
  size_t last_rows_ = 0;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_COMMITTER_H_
