#include "scheduler/dispatch/pump.h"

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

#include "scheduler/base/mutex.h"
#include "scheduler/base/waiter.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

// Runs claimed in one step: large enough to make the step's fixed costs small, small enough that
// outcomes do not wait behind a long refill.
constexpr size_t kMaxClaimsPerStep = 128;

core::Outcome OutcomeOf(const core::RunRef& run, AttemptResult result) {
  core::Outcome outcome;
  outcome.key = run.key;
  outcome.token = run.token;
  outcome.output = std::move(result.output);
  if (result.completed || result.released) {
    outcome.kind =
        result.completed ? core::Outcome::Kind::kCompleted : core::Outcome::Kind::kReleased;
    return outcome;
  }
  outcome.kind = result.cancelled ? core::Outcome::Kind::kCancelled : core::Outcome::Kind::kFailed;
  outcome.error = std::move(result.error);
  outcome.retry_after = result.retry_after;
  if (outcome.error == nullptr) {
    core::RunError error;
    error.code = result.cancelled ? core::failure::kCancelled : core::failure::kUnavailable;
    error.message = result.cancelled ? "cancelled" : "the attempt failed without a reason";
    outcome.error = std::make_shared<const core::RunError>(std::move(error));
  }
  return outcome;
}

}  // namespace

struct Pump::Shared {
  base::Mutex mu;
  std::vector<core::Outcome> ended ABSL_GUARDED_BY(mu);
  std::vector<core::RunRef> cancels ABSL_GUARDED_BY(mu);
  // Of attempts that have ended, where the run had one. The queue is told by Step: an executor's thread
  // may call after the engine has ended.
  std::vector<core::LimitGroup> groups ABSL_GUARDED_BY(mu);

  base::Waiter waiter;  // of the pump's thread
  base::Waiter idle;    // of AwaitIdle
  std::atomic<bool> abandoned{false};
  std::atomic<bool> resting{false};  // the thread has seen that nothing more is to be claimed
  // Attempts in the executor, and outcomes taken from it whose commit is awaited. An attempt moves
  // from one to the other in that order, so that the sum is never too small.
  std::atomic<int64_t> in_flight{0};
  std::atomic<int64_t> uncommitted{0};
  std::atomic<int64_t> reported{0};
  std::atomic<int64_t> refused{0};

  bool Idle() const { return resting.load() && in_flight.load() == 0 && uncommitted.load() == 0; }

  void Ended(const core::RunRef& run, core::LimitGroup group, AttemptResult result) {
    if (result.cancelled && abandoned.load()) {
      --in_flight;
      idle.Wake();
      return;
    }
    core::Outcome outcome = OutcomeOf(run, std::move(result));
    {
      base::MutexLock lock(&mu);
      ended.push_back(std::move(outcome));
      if (group != core::kNoGroup) groups.push_back(group);
    }
    waiter.Wake();
  }
};

Pump::Pump(core::LaneId lane, Executor* executor, core::RunQueue* queue, core::RunPort* port,
           const base::Clock* clock)
    : lane_(lane),
      executor_(executor),
      queue_(queue),
      port_(port),
      clock_(clock),
      shared_(std::make_shared<Shared>()) {}

Pump::~Pump() { Stop(); }

void Pump::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Pump::Run() {
  pthread_setname_np(pthread_self(), "pump");
  while (!stopping_.load()) {
    if (!Step()) shared_->waiter.WaitUntilMono(next_time_, *clock_);
  }
}

bool Pump::Step() {
  const bool reported = ReportEnded();
  const bool cancelled = PassCancels();
  const bool refilled = Refill();
  return reported || cancelled || refilled;
}

bool Pump::ReportEnded() {
  std::vector<core::Outcome> ended;
  {
    base::MutexLock lock(&shared_->mu);
    if (shared_->ended.empty()) return false;
    ended.swap(shared_->ended);
    freed_.swap(shared_->groups);
  }
  FreePlaces();
  const auto count = static_cast<int64_t>(ended.size());
  shared_->uncommitted += count;
  shared_->in_flight -= count;
  shared_->reported += count;
  // Executors serve every product, so the reporter's is not checked.
  port_->Report("", std::move(ended),
                [shared = shared_, count](const std::vector<core::Refusal>& refusals) {
                  shared->refused += static_cast<int64_t>(refusals.size());
                  shared->uncommitted -= count;
                  if (shared->Idle()) shared->idle.Wake();
                });
  return true;
}

void Pump::FreePlaces() {
  if (freed_.empty()) return;
  queue_->Ended(lane_, freed_);
  freed_.clear();
}

bool Pump::PassCancels() {
  cancels_.clear();
  {
    base::MutexLock lock(&shared_->mu);
    cancels_.swap(shared_->cancels);
  }
  for (const core::RunRef& run : cancels_) executor_->Cancel(run);
  return !cancels_.empty();
}

bool Pump::Refill() {
  next_time_ = INT64_MAX;
  if (!claiming_.load()) {
    shared_->resting = true;
    if (shared_->Idle()) shared_->idle.Wake();
    return false;
  }
  const auto limit = static_cast<int64_t>(executor_->max_in_flight());
  const int64_t room = limit - shared_->in_flight.load();
  if (room <= 0) return false;
  popped_.clear();
  queue_->PopShared(lane_, kMaxClaimsPerStep, static_cast<size_t>(room), &popped_, &next_time_);
  if (popped_.empty()) return false;
  ClaimPopped();
  return true;
}

void Pump::ClaimPopped() {
  for (const core::ReadyRun& ready : popped_) {
    core::ClaimedRun run;
    if (port_->Claim(ready, nullptr, &run) == core::ClaimResult::kClaimed) {
      Launch(ready.group, std::move(run));
    } else {
      ++gone_;
      if (ready.group != core::kNoGroup) unclaimed_.push_back(ready);
    }
  }
  if (unclaimed_.empty()) return;
  queue_->GiveBack(unclaimed_);
  unclaimed_.clear();
}

void Pump::Launch(core::LimitGroup group, core::ClaimedRun run) {
  const core::RunRef ref{run.key, run.token};
  ++claimed_;
  ++shared_->in_flight;
  executor_->Execute(std::move(run), [shared = shared_, ref, group](AttemptResult result) {
    shared->Ended(ref, group, std::move(result));
  });
}

void Pump::Wake() { shared_->waiter.Wake(); }

void Pump::Cancel(absl::Span<const core::RunRef> runs) {
  {
    base::MutexLock lock(&shared_->mu);
    shared_->cancels.insert(shared_->cancels.end(), runs.begin(), runs.end());
  }
  shared_->waiter.Wake();
}

void Pump::StopClaiming() {
  claiming_ = false;
  shared_->waiter.Wake();
}

bool Pump::AwaitIdle(int64_t mono_nanos) {
  while (!shared_->Idle()) {
    if (!shared_->idle.WaitUntilMono(mono_nanos, *clock_)) return shared_->Idle();
  }
  return true;
}

void Pump::Abandon() { shared_->abandoned = true; }

void Pump::Stop() {
  claiming_ = false;
  stopping_ = true;
  shared_->waiter.Wake();
  if (thread_.joinable()) thread_.join();
}

Pump::Stats Pump::stats() const {
  Stats stats;
  stats.claimed = claimed_.load();
  stats.gone = gone_.load();
  stats.reported = shared_->reported.load();
  stats.refused = shared_->refused.load();
  stats.in_flight = shared_->in_flight.load();
  stats.uncommitted = shared_->uncommitted.load();
  return stats;
}

}  // namespace scheduler::dispatch
