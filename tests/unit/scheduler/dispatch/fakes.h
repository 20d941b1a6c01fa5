#ifndef TESTS_UNIT_SCHEDULER_DISPATCH_FAKES_H_
#define TESTS_UNIT_SCHEDULER_DISPATCH_FAKES_H_

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"

// Both sides of dispatch, played by the test: an engine that grants every claim and records every
// report, and an executor whose attempts end when the test says so. Thread-safe.
namespace scheduler::dispatch {

inline core::ReadyRun Ready(core::Uid uid, int64_t number, core::LaneId lane = core::kHttpLane) {
  core::ReadyRun run;
  run.key = {uid, number};
  run.lane = lane;
  return run;
}

// First in, first out, by lane.
class FakeRunQueue final : public core::RunQueue {
 public:
  void Push(absl::Span<const core::ReadyRun> runs) override {
    absl::flat_hash_set<core::LaneId> lanes;
    {
      base::MutexLock lock(&mu_);
      for (const core::ReadyRun& run : runs) {
        runs_.push_back(run);
        lanes.insert(run.lane);
      }
    }
    if (listener_ == nullptr) return;
    for (const core::LaneId lane : lanes) listener_->OnReady(lane);
  }

  size_t Pop(core::LaneId lane, size_t max, std::vector<core::ReadyRun>* out) override {
    base::MutexLock lock(&mu_);
    size_t popped = 0;
    for (auto it = runs_.begin(); it != runs_.end() && popped < max;) {
      if (it->lane != lane) {
        ++it;
        continue;
      }
      out->push_back(*it);
      it = runs_.erase(it);
      ++popped;
    }
    return popped;
  }

  size_t Size(core::LaneId lane) const override {
    base::MutexLock lock(&mu_);
    return static_cast<size_t>(std::count_if(
        runs_.begin(), runs_.end(), [lane](const core::ReadyRun& r) { return r.lane == lane; }));
  }
  size_t TotalSize() const override {
    base::MutexLock lock(&mu_);
    return runs_.size();
  }
  void SetListener(core::LaneListener* listener) override { listener_ = listener; }

 private:
  mutable base::Mutex mu_;
  std::deque<core::ReadyRun> runs_ ABSL_GUARDED_BY(mu_);
  core::LaneListener* listener_ = nullptr;
};

class FakeRunPort final : public core::RunPort {
 public:
  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* /*worker*/,
                          core::ClaimedRun* out) override {
    base::MutexLock lock(&mu_);
    if (gone_.contains(run.key)) return core::ClaimResult::kGone;
    *out = core::ClaimedRun();
    out->key = run.key;
    out->token = ++last_token_;
    out->attempt = 1;
    return core::ClaimResult::kClaimed;
  }

  void Report(const std::string& /*product*/, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    {
      base::MutexLock lock(&mu_);
      reports_.push_back(std::move(outcomes));
      if (hold_commits_) {
        held_.push_back(std::move(committed));
        return;
      }
    }
    committed({});
  }

  std::vector<core::RunRef> StillCurrent(const std::string& /*product*/,
                                         absl::Span<const core::RunRef> runs) override {
    return {runs.begin(), runs.end()};
  }
  base::Millis Now() const override { return 0; }

  // ---- what the test says and sees ----
  void SetGone(core::RunKey key) {
    base::MutexLock lock(&mu_);
    gone_.insert(key);
  }
  // Commits wait for ReleaseCommits.
  void HoldCommits() {
    base::MutexLock lock(&mu_);
    hold_commits_ = true;
  }
  void ReleaseCommits(const std::vector<core::Refusal>& refusals = {}) {
    std::vector<Committed> held;
    {
      base::MutexLock lock(&mu_);
      held.swap(held_);
    }
    for (Committed& committed : held) committed(refusals);
  }
  std::vector<std::vector<core::Outcome>> reports() const {
    base::MutexLock lock(&mu_);
    return reports_;
  }
  std::vector<core::Outcome> outcomes() const {
    std::vector<core::Outcome> all;
    for (const auto& report : reports()) all.insert(all.end(), report.begin(), report.end());
    return all;
  }

 private:
  mutable base::Mutex mu_;
  uint64_t last_token_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_set<core::RunKey> gone_ ABSL_GUARDED_BY(mu_);
  std::vector<std::vector<core::Outcome>> reports_ ABSL_GUARDED_BY(mu_);
  std::vector<Committed> held_ ABSL_GUARDED_BY(mu_);
  bool hold_commits_ ABSL_GUARDED_BY(mu_) = false;
};

inline AttemptResult Completed() {
  AttemptResult result;
  result.completed = true;
  return result;
}

inline AttemptResult Cancelled() {
  AttemptResult result;
  result.cancelled = true;
  return result;
}

class FakeExecutor final : public Executor {
 public:
  explicit FakeExecutor(size_t max_in_flight) : max_in_flight_(max_in_flight) {}

  std::string_view name() const override { return "fake"; }
  size_t max_in_flight() const override { return max_in_flight_; }

  void Execute(core::ClaimedRun run, Done done) override {
    base::MutexLock lock(&mu_);
    executed_.push_back(run.key);
    running_.emplace_back(std::move(run), std::move(done));
  }
  void Cancel(const core::RunRef& run) override {
    base::MutexLock lock(&mu_);
    cancelled_.push_back(run);
    // The order that Pump promises: a cancel comes after its run.
    for (const auto& running : running_) {
      if (running.first.key == run.key) ++cancelled_while_running_;
    }
  }
  void Shutdown() override {
    while (Finish(Cancelled())) {
    }
    base::MutexLock lock(&mu_);
    shut_down_ = true;
  }

  // Ends the oldest attempt; false if none runs.
  bool Finish(AttemptResult result = Completed()) {
    Done done;
    {
      base::MutexLock lock(&mu_);
      if (running_.empty()) return false;
      done = std::move(running_.front().second);
      running_.pop_front();
    }
    done(std::move(result));
    return true;
  }

  size_t running() const {
    base::MutexLock lock(&mu_);
    return running_.size();
  }
  std::vector<core::RunKey> executed() const {
    base::MutexLock lock(&mu_);
    return executed_;
  }
  std::vector<core::RunRef> cancelled() const {
    base::MutexLock lock(&mu_);
    return cancelled_;
  }
  int cancelled_while_running() const {
    base::MutexLock lock(&mu_);
    return cancelled_while_running_;
  }
  bool is_shut_down() const {
    base::MutexLock lock(&mu_);
    return shut_down_;
  }

 private:
  const size_t max_in_flight_;
  mutable base::Mutex mu_;
  std::deque<std::pair<core::ClaimedRun, Done>> running_ ABSL_GUARDED_BY(mu_);
  std::vector<core::RunKey> executed_ ABSL_GUARDED_BY(mu_);
  std::vector<core::RunRef> cancelled_ ABSL_GUARDED_BY(mu_);
  int cancelled_while_running_ ABSL_GUARDED_BY(mu_) = 0;
  bool shut_down_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace scheduler::dispatch

#endif  // TESTS_UNIT_SCHEDULER_DISPATCH_FAKES_H_
