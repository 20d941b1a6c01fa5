#ifndef SCHEDULER_DISPATCH_PUMP_H_
#define SCHEDULER_DISPATCH_PUMP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// Carries the runs of one lane to one executor: pops and claims while the executor has room,
// executes, and reports how attempts ended. Attempts that end while a step is under way are
// reported together by the next one, so the batch grows with the load and a lone attempt waits for
// nothing.
//
// A stepped object: Start attaches a thread of its own; without it a caller steps (tests,
// simulation).
//
// Thread safety: Step from one thread at a time; everything else from any thread.
class Pump {
 public:
  // What a pump has done since it was made.
  struct Stats {
    int64_t claimed = 0;      // attempts handed to the executor
    int64_t gone = 0;         // popped runs that were no longer to be sent
    int64_t reported = 0;     // outcomes handed to the engine
    int64_t refused = 0;      // of these, not accepted
    int64_t in_flight = 0;    // attempts in the executor now
    int64_t uncommitted = 0;  // outcomes whose commit is awaited now
  };

  // All pointers outlive the pump; the executor's last `done` is called before the pump is
  // destroyed (Executor::Shutdown sees to it).
  Pump(core::LaneId lane, Executor* executor, core::RunQueue* queue, core::RunPort* port,
       const base::Clock* clock);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  core::LaneId lane() const { return lane_; }
  Executor* executor() const { return executor_; }

  // Attaches the thread. At most once.
  void Start();

  // One round: reports what ended, passes cancels on, refills the executor. True if it did
  // anything, so that another round may find more.
  bool Step();

  // The lane has runs.
  void Wake();

  // Attempts to stop, those of other pumps among them. They reach the executor after every run
  // that was claimed before the call.
  void Cancel(absl::Span<const core::RunRef> runs);

  // Claims nothing more; attempts in flight go on.
  void StopClaiming();

  // After StopClaiming: waits until no attempt is in flight and every outcome is committed. False
  // if the monotonic deadline comes first. From one thread at a time.
  bool AwaitIdle(int64_t mono_nanos);

  // From here on an attempt that ends as cancelled is not reported: the executor is being shut
  // down, and a run that it interrupts is redelivered by the next owner, uncharged.
  void Abandon();

  // Ends the thread; Step may be called afterwards. Idempotent.
  void Stop();

  Stats stats() const;

 private:
  struct Shared;  // what the executor's and the engine's callbacks touch; it outlives the pump

  void Run();
  bool ReportEnded();
  void FreePlaces();
  bool PassCancels();
  bool Refill();
  void ClaimPopped();
  void Launch(core::LimitGroup group, core::ClaimedRun run);

  const core::LaneId lane_;
  Executor* const executor_;
  core::RunQueue* const queue_;
  core::RunPort* const port_;
  const base::Clock* const clock_;
  const std::shared_ptr<Shared> shared_;

  std::atomic<bool> claiming_{true};
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> claimed_{0};
  std::atomic<int64_t> gone_{0};
  // Of Step.
  std::vector<core::ReadyRun> popped_;
  std::vector<core::ReadyRun> unclaimed_;  // of limit groups
  std::vector<core::RunRef> cancels_;
  std::vector<core::LimitGroup> freed_;
  int64_t next_time_ = INT64_MAX;  // when a run's limit lets it start; monotonic nanoseconds
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_PUMP_H_
