// Limits of an event with every executor: attempts that succeed, fail, hang and are cancelled each free
// their place once.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/pump.h"
#include "scheduler/engine/run_queue.h"
#include "tests/conformance/executor/executor_suite.h"

namespace conformance {
namespace {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr core::LimitGroup kGroup = 1;
constexpr int kRuns = 60;
constexpr int kMost = 4;

// The executor, and the most attempts that it had at once.
class CountedExecutor final : public dispatch::Executor {
 public:
  explicit CountedExecutor(dispatch::Executor* executor) : executor_(*executor) {}

  std::string_view name() const override { return executor_.name(); }
  size_t max_in_flight() const override { return executor_.max_in_flight(); }
  void Execute(core::ClaimedRun run, Done done) override {
    {
      base::MutexLock lock(&mu_);
      most_ = std::max(most_, ++count_);
    }
    executor_.Execute(std::move(run),
                      [this, done = std::move(done)](dispatch::AttemptResult result) {
                        {
                          base::MutexLock lock(&mu_);
                          --count_;
                        }
                        done(std::move(result));
                      });
  }
  void Cancel(const core::RunRef& run) override { executor_.Cancel(run); }
  void Shutdown() override { executor_.Shutdown(); }

  int most() const {
    base::MutexLock lock(&mu_);
    return most_;
  }

 private:
  dispatch::Executor& executor_;
  mutable base::Mutex mu_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
  int most_ ABSL_GUARDED_BY(mu_) = 0;
};

// Gives each run the claim that the test makes, and counts the ends.
class Port final : public core::RunPort {
 public:
  explicit Port(std::function<core::ClaimedRun(int64_t)> claim) : claim_(std::move(claim)) {}

  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* /*worker*/,
                          core::ClaimedRun* out) override {
    *out = claim_(run.key.number);
    out->key = run.key;
    return core::ClaimResult::kClaimed;
  }
  void Report(const std::string& /*product*/, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    ended_ += static_cast<int>(outcomes.size());
    committed({});
  }
  std::vector<core::RunRef> StillCurrent(const std::string& /*product*/,
                                         absl::Span<const core::RunRef> /*runs*/) override {
    return {};
  }
  base::Millis Now() const override { return base::SystemClock().WallNow(); }

  int ended() const { return ended_.load(); }

 private:
  const std::function<core::ClaimedRun(int64_t)> claim_;
  std::atomic<int> ended_{0};
};

TEST_P(ExecutorSuite, LimitsHold) {
  const bool hangs = bench_->Plays(Scenario::kHang);
  const bool fails = bench_->Plays(Scenario::kUnavailable);
  Port port([&](int64_t number) {
    Scenario scenario = Scenario::kSuccess;
    if (number % 3 == 1 && hangs) scenario = Scenario::kHang;
    if (number % 3 == 2 && fails) scenario = Scenario::kUnavailable;
    core::ClaimedRun run = ClaimOf(scenario, number);
    // Some of those that hang end by this, some by a cancel.
    if (scenario == Scenario::kHang) run.attempt_timeout = number % 2 == 0 ? 100 : 60'000;
    return run;
  });
  const base::SystemClock clock;
  scheduler::engine::FifoRunQueue queue(&clock);
  core::EventLimits limits;
  limits.max_in_flight = kMost;
  queue.SetLimits(kGroup, limits);
  std::vector<core::ReadyRun> runs(kRuns);
  std::vector<core::RunRef> refs;
  for (int i = 0; i < kRuns; ++i) {
    const core::ClaimedRun claim = ClaimOf(Scenario::kSuccess, i + 1);
    runs[i].key = claim.key;
    runs[i].lane = core::kHttpLane;
    runs[i].group = kGroup;
    // Of those that hang: the others are over before, or time out.
    if (claim.key.number % 3 == 1 && claim.key.number % 2 == 1) {
      refs.push_back({claim.key, claim.token});
    }
  }
  CountedExecutor counted(executor());
  dispatch::Pump pump(core::kHttpLane, &counted, &queue, &port, &clock);
  queue.Push(runs);
  pump.Start();
  while (port.ended() < kRuns) {
    pump.Cancel(refs);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_LE(counted.most(), kMost);
  // One that hangs keeps one place, not all.
  if (hangs) {
    EXPECT_GT(counted.most(), 1);
  }
  EXPECT_EQ(queue.TotalSize(), 0U);
  pump.StopClaiming();
  EXPECT_TRUE(pump.AwaitIdle(clock.MonoNanos() + 60'000'000'000));
  pump.Stop();
  // Nothing is in flight: a group without limits is forgotten, and one with them starts as many anew.
  queue.Push(absl::MakeSpan(runs).first(kMost + 1));
  std::vector<core::ReadyRun> popped;
  EXPECT_EQ(queue.Pop(core::kHttpLane, kRuns, &popped), static_cast<size_t>(kMost));
}

}  // namespace
}  // namespace conformance
