#include "scheduler/dispatch/pump.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/scheduler/dispatch/fakes.h"

namespace scheduler::dispatch {
namespace {

using Kind = core::Outcome::Kind;

class PumpTest : public testing::Test {
 protected:
  void Push(int64_t from, int64_t count) {
    std::vector<core::ReadyRun> runs;
    for (int64_t n = from; n < from + count; ++n) runs.push_back(Ready(7, n));
    queue_.Push(runs);
  }
  // Steps until nothing is left to do; bounded, since a step that never rests is a bug.
  void StepAll() {
    int steps = 0;
    while (pump_.Step()) ASSERT_LT(++steps, 1000);
  }

  base::ManualClock clock_;
  FakeRunQueue queue_;
  FakeRunPort port_;
  FakeExecutor executor_{4};
  Pump pump_{core::kHttpLane, &executor_, &queue_, &port_, &clock_};
};

TEST_F(PumpTest, ExecutesWhatIsReadyAndReportsItsEnd) {
  Push(1, 1);
  StepAll();
  ASSERT_EQ(executor_.running(), 1u);
  EXPECT_TRUE(port_.outcomes().empty());

  AttemptResult result = Completed();
  result.output = std::make_shared<const core::RunOutput>(core::RunOutput{"pong", false});
  executor_.Finish(std::move(result));
  StepAll();
  ASSERT_EQ(port_.outcomes().size(), 1u);
  const core::Outcome outcome = port_.outcomes()[0];
  EXPECT_EQ(outcome.key, (core::RunKey{7, 1}));
  EXPECT_EQ(outcome.token, 1u);
  EXPECT_EQ(outcome.kind, Kind::kCompleted);
  EXPECT_EQ(outcome.error, nullptr);
  EXPECT_EQ(outcome.output->output, "pong");
}

TEST_F(PumpTest, GivesBackWhatTheExecutorReleases) {
  Push(1, 1);
  StepAll();
  AttemptResult result;
  result.released = true;
  executor_.Finish(std::move(result));
  StepAll();
  ASSERT_EQ(port_.outcomes().size(), 1u);
  EXPECT_EQ(port_.outcomes()[0].kind, Kind::kReleased);
  EXPECT_EQ(port_.outcomes()[0].error, nullptr);
}

TEST_F(PumpTest, NeverExceedsTheExecutorsBoundAndRefillsInOrder) {
  Push(1, 10);
  StepAll();
  EXPECT_EQ(executor_.running(), 4u);
  EXPECT_EQ(queue_.TotalSize(), 6u);
  executor_.Finish();
  executor_.Finish();
  StepAll();
  EXPECT_EQ(executor_.running(), 4u);
  while (executor_.Finish()) {
    StepAll();
    EXPECT_LE(executor_.running(), 4u);
  }
  std::vector<core::RunKey> expected;
  for (int64_t n = 1; n <= 10; ++n) expected.push_back({7, n});
  EXPECT_EQ(executor_.executed(), expected);
  EXPECT_EQ(pump_.stats().claimed, 10);
  EXPECT_EQ(pump_.stats().reported, 10);
}

TEST_F(PumpTest, LeavesOtherLanesAlone) {
  queue_.Push({Ready(7, 1, core::kGrpcLane)});
  StepAll();
  EXPECT_EQ(executor_.running(), 0u);
  EXPECT_EQ(queue_.Size(core::kGrpcLane), 1u);
}

TEST_F(PumpTest, RunsThatAreGoneTakeNoRoom) {
  for (int64_t n = 1; n <= 6; ++n) port_.SetGone({7, n});
  Push(1, 8);
  StepAll();
  EXPECT_EQ(executor_.executed(), (std::vector<core::RunKey>{{7, 7}, {7, 8}}));
  EXPECT_EQ(pump_.stats().gone, 6);
}

TEST_F(PumpTest, AttemptsThatEndTogetherShareOneReport) {
  Push(1, 4);
  StepAll();
  while (executor_.Finish()) {
  }
  StepAll();
  ASSERT_EQ(port_.reports().size(), 1u);
  EXPECT_EQ(port_.reports()[0].size(), 4u);
}

TEST_F(PumpTest, FailureCarriesErrorOutputAndRetryAfter) {
  Push(1, 1);
  StepAll();
  AttemptResult result;
  result.error =
      std::make_shared<const core::RunError>(core::RunError{"RATE_LIMITED", "slow down", {}, 429});
  result.retry_after = 3000;
  executor_.Finish(std::move(result));
  StepAll();
  const core::Outcome outcome = port_.outcomes().at(0);
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(outcome.error->code, "RATE_LIMITED");
  EXPECT_EQ(outcome.error->status, 429);
  EXPECT_EQ(outcome.retry_after, 3000);
}

TEST_F(PumpTest, FailureWithoutReasonStillHasAnError) {
  Push(1, 2);
  StepAll();
  executor_.Finish(AttemptResult());
  executor_.Finish(Cancelled());
  StepAll();
  ASSERT_EQ(port_.outcomes().size(), 2u);
  EXPECT_EQ(port_.outcomes()[0].kind, Kind::kFailed);
  EXPECT_EQ(port_.outcomes()[0].error->code, "UNAVAILABLE");
  EXPECT_EQ(port_.outcomes()[1].kind, Kind::kCancelled);
  EXPECT_EQ(port_.outcomes()[1].error->code, "CANCELLED");
}

TEST_F(PumpTest, CancelReachesTheExecutorAfterTheRun) {
  Push(1, 1);
  StepAll();
  // The run is claimed in the same step that passes the cancel on.
  Push(2, 1);
  pump_.Cancel({core::RunRef{{7, 1}, 1}, core::RunRef{{7, 99}, 5}});
  StepAll();
  ASSERT_EQ(executor_.cancelled().size(), 2u);
  EXPECT_EQ(executor_.cancelled()[0].key, (core::RunKey{7, 1}));
  EXPECT_EQ(executor_.cancelled()[0].token, 1u);
  EXPECT_EQ(executor_.cancelled_while_running(), 1);
}

TEST_F(PumpTest, StopClaimingLeavesRunsInTheQueue) {
  Push(1, 2);
  StepAll();
  pump_.StopClaiming();
  Push(3, 2);
  executor_.Finish();
  StepAll();
  EXPECT_EQ(queue_.TotalSize(), 2u);
  EXPECT_EQ(executor_.running(), 1u);
  EXPECT_EQ(port_.outcomes().size(), 1u);
}

TEST_F(PumpTest, IdleMeansEndedAndCommitted) {
  port_.HoldCommits();
  Push(1, 1);
  StepAll();
  pump_.StopClaiming();
  StepAll();
  EXPECT_FALSE(pump_.AwaitIdle(0));  // in flight
  executor_.Finish();
  EXPECT_FALSE(pump_.AwaitIdle(0));  // not yet reported
  StepAll();
  EXPECT_EQ(pump_.stats().uncommitted, 1);
  EXPECT_FALSE(pump_.AwaitIdle(0));  // not yet durable
  port_.ReleaseCommits({core::Refusal{core::RunRef{{7, 1}, 1}, "STALE_TOKEN"}});
  EXPECT_TRUE(pump_.AwaitIdle(0));
  EXPECT_EQ(pump_.stats().uncommitted, 0);
  EXPECT_EQ(pump_.stats().refused, 1);
}

TEST_F(PumpTest, IdleOnlyOnceThePumpHasSeenTheStop) {
  pump_.StopClaiming();
  EXPECT_FALSE(pump_.AwaitIdle(0));
  StepAll();
  EXPECT_TRUE(pump_.AwaitIdle(0));
}

TEST_F(PumpTest, AbandonedAttemptsAreNotReportedButThoseThatEndedAre) {
  Push(1, 2);
  StepAll();
  pump_.StopClaiming();
  pump_.Abandon();
  executor_.Finish(Completed());
  executor_.Shutdown();
  StepAll();
  ASSERT_EQ(port_.outcomes().size(), 1u);
  EXPECT_EQ(port_.outcomes()[0].key, (core::RunKey{7, 1}));
  EXPECT_TRUE(pump_.AwaitIdle(0));
}

TEST(PumpThreadTest, CarriesRunsUntilDrained) {
  const base::SystemClock clock;
  FakeRunQueue queue;
  FakeRunPort port;
  FakeExecutor executor(8);
  Pump pump(core::kHttpLane, &executor, &queue, &port, &clock);
  pump.Start();

  constexpr int64_t kRuns = 2000;
  std::atomic<bool> stop{false};
  std::thread target([&] {
    while (!stop.load()) {
      if (!executor.Finish()) std::this_thread::yield();
    }
  });
  for (int64_t n = 1; n <= kRuns; ++n) {
    queue.Push({Ready(7, n)});
    pump.Wake();
  }
  while (pump.stats().claimed < kRuns) std::this_thread::yield();
  pump.StopClaiming();
  EXPECT_TRUE(pump.AwaitIdle(clock.MonoNanos() + 60'000'000'000));
  stop = true;
  target.join();
  pump.Stop();
  EXPECT_EQ(port.outcomes().size(), static_cast<size_t>(kRuns));
  EXPECT_EQ(pump.stats().in_flight, 0);
}

}  // namespace
}  // namespace scheduler::dispatch
