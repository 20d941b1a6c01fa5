#include "scheduler/dispatch/dispatcher.h"

#include <cassert>
#include <utility>

namespace scheduler::dispatch {

Dispatcher::Dispatcher(core::RunQueue* queue, core::RunPort* port, const base::Clock* clock)
    : queue_(queue), port_(port), clock_(clock) {}

Dispatcher::~Dispatcher() { Shutdown(); }

void Dispatcher::AddExecutor(core::LaneId lane, std::unique_ptr<Executor> executor) {
  assert(lane != core::kNoLane && lane < core::kFirstWorkerLane);
  Lane added;
  added.pump = std::make_unique<Pump>(lane, executor.get(), queue_, port_, clock_);
  added.executor = std::move(executor);
  lanes_.push_back(std::move(added));
}

void Dispatcher::SetWorkers(core::LaneListener* lanes, core::CancelSink* cancels) {
  worker_lanes_ = lanes;
  worker_cancels_ = cancels;
}

void Dispatcher::Start() {
  for (const Lane& lane : lanes_) lane.pump->Start();
}

void Dispatcher::OnReady(core::LaneId lane) {
  if (lane >= core::kFirstWorkerLane) {
    if (worker_lanes_ != nullptr) worker_lanes_->OnReady(lane);
    return;
  }
  // A handful of lanes: a scan is as fast as any table.
  for (const Lane& candidate : lanes_) {
    if (candidate.pump->lane() == lane) candidate.pump->Wake();
  }
}

Executor* Dispatcher::executor(core::LaneId lane) const {
  for (const Lane& candidate : lanes_) {
    if (candidate.pump->lane() == lane) return candidate.executor.get();
  }
  return nullptr;
}

void Dispatcher::CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) {
  if (runs.empty()) return;
  for (const Lane& lane : lanes_) lane.pump->Cancel(runs);
  if (worker_cancels_ != nullptr) worker_cancels_->CancelRuns(runs, reason);
}

bool Dispatcher::Drain(int64_t mono_nanos) {
  for (const Lane& lane : lanes_) lane.pump->StopClaiming();
  bool idle = true;
  for (const Lane& lane : lanes_) idle = lane.pump->AwaitIdle(mono_nanos) && idle;
  return idle;
}

void Dispatcher::Shutdown() {
  if (shut_down_) return;
  shut_down_ = true;
  for (const Lane& lane : lanes_) {
    lane.pump->StopClaiming();
    lane.pump->Abandon();
  }
  for (const Lane& lane : lanes_) {
    lane.pump->Stop();
    lane.executor->Shutdown();
    lane.pump->Step();  // reports those that ended by themselves meanwhile
  }
}

std::vector<Dispatcher::LaneStats> Dispatcher::stats() const {
  std::vector<LaneStats> stats;
  stats.reserve(lanes_.size());
  for (const Lane& lane : lanes_) {
    stats.push_back({lane.pump->lane(), std::string(lane.executor->name()), lane.pump->stats()});
  }
  return stats;
}

}  // namespace scheduler::dispatch
