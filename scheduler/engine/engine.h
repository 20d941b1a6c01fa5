#ifndef SCHEDULER_ENGINE_ENGINE_H_
#define SCHEDULER_ENGINE_ENGINE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/engine/archivist.h"
#include "scheduler/engine/committer.h"
#include "scheduler/engine/engine_time.h"
#include "scheduler/engine/input_loader.h"
#include "scheduler/engine/loop.h"
#include "scheduler/engine/recovery.h"
#include "scheduler/engine/registry.h"
#include "scheduler/engine/run_queue.h"
#include "scheduler/engine/service.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

struct EngineOptions {
  int loops = 2;
  ArchiveOptions archive;
  int64_t input_cache_bytes = base::limits::kInputCacheBytes;
  int64_t disk_reserve_bytes = base::limits::kDiskReserveBytes;
  // Wake the threads that step; null in simulations.
  std::function<void(int loop)> wake_loop;
  std::function<void()> wake_committer;
  std::function<void()> wake_loader;
  // Runs what waits for a commit in order to read; null: the committer's thread does.
  DurableGate::Executor run_reader;
  // Writing failed for good: nothing more is acknowledged, the process must end.
  std::function<void(const absl::Status&)> on_fatal;
};

// The loop that alone changes the catalog.
inline constexpr int kCatalogLoop = 0;

// The engine whole: recovers from a store, then keeps jobs, fires them, and takes outcomes in. Made
// of stepped objects; whoever owns it attaches threads to them (server/) or steps them (simulation).
//
// The store, the clock and the sinks outlive it.
class Engine final : public core::RunPort {
 public:
  // Raises the store's epoch and recovers. `cancels` may be null. Errors: those of the store.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(store::Store* store, const base::Clock* clock,
                                                      core::CancelSink* cancels,
                                                      EngineOptions options);

  // Arms every job and hands open runs to dispatch: once, when the queue's listener is set and before
  // the first step.
  void Start();

  // ---- stepped parts
  // Steps one loop at the clock's time; returns the milliseconds until it is to be stepped again
  // (0: at once).
  Millis StepLoop(int loop);
  int64_t StepCommitter(int64_t mono_nanos) { return committer_->Step(mono_nanos); }
  bool StepLoader() { return loader_->Step(); }
  // Seals, checkpoints, trims.
  absl::Status StepArchivist();
  // Once a second: looks at the disk, at clock steps, and at some jobs' timers.
  void StepHousekeeping();

  // ---- for commands
  Loop& LoopOf(core::ShardId shard) { return *loops_[registry_.LoopOf(shard)]; }
  Loop& loop(int i) { return *loops_[i]; }
  int loops() const { return registry_.loops(); }
  JobRegistry& registry() { return registry_; }
  store::Store& store() { return *store_; }
  Committer& committer() { return *committer_; }
  Archivist& archivist() { return *archivist_; }
  core::RunQueue& queue() { return queue_; }
  const Recovered& recovered() const { return recovered_; }
  int64_t epoch() const { return epoch_; }
  Millis start_time() const { return start_time_; }
  // When the wall clock last went back by more than is slewed; 0 if it did not.
  Millis clock_stepped_at() const { return clock_stepped_at_.load(); }
  int64_t repaired_jobs() const { return repaired_.load(); }
  int64_t input_cache_bytes() const { return loader_->bytes(); }

  // What a mutation brings: new work, or at most the end of some.
  enum class Mutation { kAddsWork, kEndsWork };
  // OK if such mutations are taken now. RESOURCE_EXHAUSTED DISK_FULL or OVERLOADED, UNAVAILABLE
  // DRAINING. What ends work is taken also where there is too much of it.
  absl::Status AdmitMutation(int loop, Mutation kind) const;
  // What follows from a committed change of a calendar: the loops plan the jobs that exclude it, shard by
  // shard, so that they do other things in between. `then` is called when that is durable.
  void SettleCalendar(const std::string& product, const std::string& tag,
                      absl::AnyInvocable<void()> then);
  // From now on mutations are refused and nothing is planned.
  void Drain() { draining_.store(true); }
  bool draining() const { return draining_.load(); }

  // ---- core::RunPort
  core::ClaimResult Claim(const core::ReadyRun& ready, const std::string* worker,
                          core::ClaimedRun* out) override;
  void Report(const std::string& product, std::vector<core::Outcome> outcomes,
              Committed committed) override;
  std::vector<core::RunRef> StillCurrent(const std::string& product,
                                         absl::Span<const core::RunRef> runs) override;
  Millis Now() const override { return time_->Last(); }

 private:
  Engine(store::Store* store, const base::Clock* clock, int64_t epoch, int loops);
  void Assemble(const base::Clock* clock, core::CancelSink* cancels, EngineOptions options);

  // Goes on with what a process before this one has committed and not settled.
  void ResumeCalendarChanges();
  bool MustRest() const;
  void LookAtDisk();
  // Notes a large backward step of the wall clock; returns the time before it, 0 if there was none.
  // Each loop sees the step by itself.
  Millis LookAtClock();
  core::ClaimResult TryClaim(const core::ReadyRun& ready, const std::string* worker,
                             core::ClaimedRun* out);
  // The connection that the event names, as it is now; null if it names none, or there is none.
  // Sets the connections that the event names.
  void FindConnections(core::ClaimedRun* out) const;
  bool FillClaim(Shard& s, const ActiveJob& job, OpenRun* run, core::ClaimedRun* out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  store::Store* const store_;
  const int64_t epoch_;
  JobRegistry registry_;
  std::unique_ptr<EngineTime> time_;
  FifoRunQueue queue_;
  std::unique_ptr<InputLoader> loader_;
  std::unique_ptr<Committer> committer_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Archivist> archivist_;
  EngineOptions options_;
  Recovered recovered_;
  Millis start_time_ = 0;
  std::atomic<bool> draining_{false};
  std::atomic<int64_t> free_bytes_{INT64_MAX};
  std::atomic<Millis> clock_stepped_at_{0};
  std::atomic<int64_t> repaired_{0};
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_ENGINE_H_
