#ifndef SCHEDULER_DISPATCH_DISPATCHER_H_
#define SCHEDULER_DISPATCH_DISPATCHER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/pump.h"

namespace scheduler::dispatch {

// The engine's view of everything that delivers: one pump for each executor's lane, and the
// workers' side for the lanes from core::kFirstWorkerLane. The engine's queue tells it of ready
// lanes, the engine's commits tell it of attempts to stop.
//
//   Dispatcher dispatcher(&queue, &port, &clock);
//   dispatcher.AddExecutor(core::kHttpLane, std::move(http));
//   dispatcher.SetWorkers(&hub, &hub);
//   queue.SetListener(&dispatcher);
//   dispatcher.Start();
//   …
//   dispatcher.Drain(deadline);  // runs in flight may finish
//   dispatcher.Shutdown();
//
// Thread safety: OnReady, CancelRuns, executor and stats from any thread between Start and the destructor;
// the rest from the thread that owns it.
class Dispatcher final : public core::LaneListener, public core::CancelSink {
 public:
  // All outlive the dispatcher.
  Dispatcher(core::RunQueue* queue, core::RunPort* port, const base::Clock* clock);
  ~Dispatcher() override;
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // REQUIRES: before Start; `lane` < core::kFirstWorkerLane and not yet taken.
  void AddExecutor(core::LaneId lane, std::unique_ptr<Executor> executor);

  // Who hears of the workers' lanes and of cancels; either may be null. REQUIRES: before Start;
  // both outlive the dispatcher.
  void SetWorkers(core::LaneListener* lanes, core::CancelSink* cancels);

  // Attaches the pumps' threads. Runs pushed earlier are found.
  void Start();

  void OnReady(core::LaneId lane) override;
  // A run's lane is not known here: every pump and the workers are told, and those who do not have
  // the run ignore it.
  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override;

  // Claims nothing more and waits until what is in flight has ended and is committed, at most
  // until the monotonic deadline. True if nothing is left. Workers are drained by their own side.
  bool Drain(int64_t mono_nanos);

  // Ends the executors and the threads. Attempts that this interrupts are not reported: the run
  // stays open in the journal and is redelivered. Idempotent; the destructor calls it.
  void Shutdown();

  // The executor of a lane; null if there is none.
  Executor* executor(core::LaneId lane) const;

  struct LaneStats {
    core::LaneId lane = core::kNoLane;
    std::string executor;
    Pump::Stats pump;
  };
  // In the order in which the executors were added.
  std::vector<LaneStats> stats() const;

 private:
  struct Lane {
    std::unique_ptr<Executor> executor;
    std::unique_ptr<Pump> pump;
  };

  core::RunQueue* const queue_;
  core::RunPort* const port_;
  const base::Clock* const clock_;
  core::LaneListener* worker_lanes_ = nullptr;
  core::CancelSink* worker_cancels_ = nullptr;
  std::vector<Lane> lanes_;
  bool shut_down_ = false;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DISPATCHER_H_
