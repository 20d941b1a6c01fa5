// What follows from time and from the ends of runs: the rules of overlap, catch-up and counting as
// they are seen from outside.

#include "scheduler/engine/loop_core.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using core::JobState;
using testing::ElementsAre;
using tests::At;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;

class LoopCoreTest : public testing::Test {
 protected:
  core::JobSpec With(core::OverlapMode mode, Millis interval = kSec) {
    core::JobSpec spec = Every(interval);
    spec.overlap.mode = mode;
    return spec;
  }
  JobView Job() {
    auto job = h_.Get("job");
    EXPECT_TRUE(job.ok()) << job.status();
    return job.ok() ? *job : JobView();
  }

  tests::EngineHarness h_;
};

TEST_F(LoopCoreTest, TheFirstRunIsImmediateAndTheRateFixed) {
  ASSERT_TRUE(h_.Create(Every(kSec)).ok());
  for (int i = 0; i < 3; ++i) {
    const core::ClaimedRun run = h_.ClaimOne();
    EXPECT_EQ(run.scheduled_time, kStart + i * kSec);
    EXPECT_EQ(run.key.number, i + 1);
    EXPECT_EQ(run.attempt, 1);
    h_.Advance(10 * i);
    EXPECT_EQ(h_.Complete(run), "");
    h_.Advance(kSec - 10 * i);
  }
  EXPECT_THAT(h_.Lines("job"), ElementsAre("4 QUEUED SCHEDULE 3000", "3 COMPLETED SCHEDULE 2000",
                                           "2 COMPLETED SCHEDULE 1000", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(LoopCoreTest, NothingIsEarly) {
  ASSERT_TRUE(h_.Create(Every(kSec)).ok());
  h_.Complete(h_.ClaimOne());
  h_.Advance(kSec - 1);
  EXPECT_TRUE(h_.Claim().empty());
  h_.Advance(1);
  EXPECT_EQ(h_.Claim().size(), 1U);
}

TEST_F(LoopCoreTest, CompletesInTheCommitOfTheLastEnd) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 2;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  h_.Advance(kSec);
  const core::ClaimedRun last = h_.ClaimOne();
  EXPECT_EQ(Job().status.state, JobState::kActive);
  EXPECT_EQ(Job().status.execution_count, 2);
  EXPECT_FALSE(Job().status.next_run_time.has_value());
  h_.Complete(last);
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
  EXPECT_EQ(Job().status.state_reason, "EXECUTIONS");
  h_.Advance(10 * kSec);
  EXPECT_EQ(h_.Lines("job").size(), 2U);
}

TEST_F(LoopCoreTest, CompletesAtItsEnd) {
  core::JobSpec spec = Every(kSec);
  spec.end_time = kStart + kSec;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
  EXPECT_EQ(Job().status.state_reason, "END_TIME");
}

TEST_F(LoopCoreTest, CompletesWhenItsTimesAreOver) {
  ASSERT_TRUE(h_.Create(At({kStart + 5, kStart + 7})).ok());
  h_.Advance(5);
  h_.Complete(h_.ClaimOne());
  h_.Advance(2);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
  EXPECT_EQ(Job().status.state_reason, "SCHEDULE_EXHAUSTED");
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 COMPLETED SCHEDULE 7", "1 COMPLETED SCHEDULE 5"));
}

TEST_F(LoopCoreTest, SkipMakesOneStretchPerBlock) {
  ASSERT_TRUE(h_.Create(With(core::OverlapMode::kSkip)).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(3500);
  EXPECT_TRUE(h_.Claim().empty());
  // The open stretch shows its count so far.
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("2 SKIPPED OVERLAP 1000..3000 x3", "1 RUNNING SCHEDULE 0"));
  h_.Advance(1000);
  h_.Complete(run);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("2 SKIPPED OVERLAP 1000..4000 x4", "1 COMPLETED SCHEDULE 0"));
  h_.Advance(500);
  EXPECT_EQ(h_.ClaimOne().scheduled_time, kStart + 5 * kSec);
  EXPECT_EQ(Job().status.stats.skipped, 4);
  EXPECT_EQ(Job().status.execution_count, 2);
}

TEST_F(LoopCoreTest, AStretchThatClosesAtADueTimeHoldsIt) {
  ASSERT_TRUE(h_.Create(With(core::OverlapMode::kSkip)).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(2000);
  h_.Complete(run);
  h_.Advance(1000);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 QUEUED SCHEDULE 3000", "2 SKIPPED OVERLAP 1000..2000 x2",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(LoopCoreTest, AllowRunsUpToItsLimit) {
  core::JobSpec spec = With(core::OverlapMode::kAllow);
  spec.overlap.limit = 2;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Advance(3000);
  const std::vector<core::ClaimedRun> runs = h_.Claim();
  ASSERT_EQ(runs.size(), 2U);
  h_.Complete(runs[1]);
  h_.Advance(1000);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("4 QUEUED SCHEDULE 4000", "3 SKIPPED OVERLAP 2000..3000 x2",
                          "2 COMPLETED SCHEDULE 1000", "1 RUNNING SCHEDULE 0"));
}

TEST_F(LoopCoreTest, BufferOneHoldsOne) {
  ASSERT_TRUE(h_.Create(With(core::OverlapMode::kBufferOne)).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(3000);
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 SKIPPED BUFFER_FULL 2000..3000 x2",
                          "2 SCHEDULED SCHEDULE 1000 OVERLAP", "1 RUNNING SCHEDULE 0"));
  EXPECT_EQ(Job().status.execution_count, 2);  // counted when it was created
  h_.Complete(run);
  const core::ClaimedRun buffered = h_.ClaimOne();
  EXPECT_EQ(buffered.key.number, 2);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("3 SKIPPED BUFFER_FULL 2000..3000 x2",
                                           "2 RUNNING SCHEDULE 1000", "1 COMPLETED SCHEDULE 0"));
  h_.Advance(1000);
  EXPECT_EQ(h_.Lines("job")[0], "4 SCHEDULED SCHEDULE 4000 OVERLAP");
}

TEST_F(LoopCoreTest, ABufferedRunThatIsCancelledMakesRoom) {
  ASSERT_TRUE(h_.Create(With(core::OverlapMode::kBufferOne)).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(2000);
  ASSERT_TRUE(h_.Cancel({run.key.uid, 2}).ok());
  h_.Advance(1000);
  EXPECT_THAT(
      h_.Lines("job"),
      ElementsAre("4 SCHEDULED SCHEDULE 3000 OVERLAP", "3 SKIPPED BUFFER_FULL 2000..2000 x1",
                  "2 CANCELLED SCHEDULE 1000 REQUESTED", "1 RUNNING SCHEDULE 0"));
}

TEST_F(LoopCoreTest, ADowntimeIsCaughtUpByTheLast) {
  ASSERT_TRUE(h_.Create(Every(kSec)).ok());
  h_.Complete(h_.ClaimOne());
  h_.Crash();
  h_.clock().Advance(10'500);
  ASSERT_TRUE(h_.Open().ok());
  h_.Settle();
  // 10000 is fresh, so nothing is caught up.
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 QUEUED SCHEDULE 10000", "2 MISSED CATCHUP 1000..9000 x9",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(LoopCoreTest, CatchupLatestRunsTheLastOldOne) {
  ASSERT_TRUE(h_.Create(Every(base::kMinute)).ok());
  h_.Complete(h_.ClaimOne());
  h_.Crash();
  h_.clock().Advance(5 * base::kMinute + 30 * kSec);
  ASSERT_TRUE(h_.Open().ok());
  EXPECT_EQ(h_.ClaimOne().trigger, core::Trigger::kCatchup);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 RUNNING CATCHUP 300000", "2 MISSED CATCHUP 60000..240000 x4",
                          "1 COMPLETED SCHEDULE 0"));
  EXPECT_EQ(Job().status.execution_count, 2);
  EXPECT_EQ(Job().status.stats.missed, 4);
}

TEST_F(LoopCoreTest, CatchupAllRunsOneAfterAnother) {
  core::JobSpec spec = Every(base::kMinute);
  spec.catchup = {core::CatchupMode::kAll, base::kHour, 1000};
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  h_.Crash();
  h_.clock().Advance(3 * base::kMinute);
  ASSERT_TRUE(h_.Open().ok());
  for (int minute = 1; minute <= 2; ++minute) {
    const core::ClaimedRun run = h_.ClaimOne();
    EXPECT_EQ(run.scheduled_time, kStart + minute * base::kMinute);
    EXPECT_EQ(run.trigger, core::Trigger::kCatchup);
    h_.Complete(run);
  }
  const core::ClaimedRun fresh = h_.ClaimOne();
  EXPECT_EQ(fresh.scheduled_time, kStart + 3 * base::kMinute);
  EXPECT_EQ(fresh.trigger, core::Trigger::kSchedule);
  h_.Complete(fresh);
  EXPECT_TRUE(h_.Claim().empty());
}

TEST_F(LoopCoreTest, CatchupNoneMissesAll) {
  core::JobSpec spec = Every(base::kMinute);
  spec.catchup.mode = core::CatchupMode::kNone;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  h_.Crash();
  h_.clock().Advance(5 * base::kMinute + 30 * kSec);
  ASSERT_TRUE(h_.Open().ok());
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_EQ(h_.Lines("job")[0], "2 MISSED CATCHUP 60000..300000 x5");
}

// ---- FIXED_DELAY --------------------------------------------------------------------------------

TEST_F(LoopCoreTest, FixedDelayCountsFromTheEnd) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  spec.executions = 3;
  ASSERT_TRUE(h_.Create(spec).ok());
  const core::ClaimedRun first = h_.ClaimOne();
  EXPECT_EQ(first.scheduled_time, kStart);
  h_.Advance(3 * kSec);
  h_.Complete(first);
  h_.Advance(10 * kSec - 1);
  EXPECT_TRUE(h_.Claim().empty());
  h_.Advance(1);
  const core::ClaimedRun second = h_.ClaimOne();
  EXPECT_EQ(second.scheduled_time, kStart + 13 * kSec);
  h_.Advance(30 * kSec);  // longer than the interval: nothing is skipped
  h_.Complete(second);
  h_.Advance(10 * kSec);
  h_.Complete(h_.ClaimOne());
  EXPECT_THAT(h_.Lines("job"), ElementsAre("3 COMPLETED SCHEDULE 53000",
                                           "2 COMPLETED SCHEDULE 13000", "1 COMPLETED SCHEDULE 0"));
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
}

TEST_F(LoopCoreTest, FixedDelayAfterADowntimeRunsAtOnce) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  h_.Crash();
  h_.clock().Advance(base::kHour);
  ASSERT_TRUE(h_.Open().ok());
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_EQ(run.scheduled_time, kStart + 10 * kSec);
  EXPECT_EQ(run.trigger, core::Trigger::kCatchup);
  h_.Complete(run);
  EXPECT_EQ(Job().status.next_run_time, kStart + base::kHour + 10 * kSec);
}

TEST_F(LoopCoreTest, AManualRunDoesNotBringAFixedDelayJobForward) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  spec.start_time = kStart + base::kHour;
  ASSERT_TRUE(h_.Create(spec).ok());
  ASSERT_TRUE(h_.RunNow("job").ok());
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Job().status.next_run_time, kStart + base::kHour);
}

TEST_F(LoopCoreTest, FixedDelayEndsAtItsEndTime) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  spec.end_time = kStart + 15 * kSec;
  ASSERT_TRUE(h_.Create(spec).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(5 * kSec);
  h_.Complete(run);
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
}

// ---- several jobs -------------------------------------------------------------------------------

TEST_F(LoopCoreTest, JobsOfAllShardsFireInOrderOfTime) {
  for (int i = 0; i < 300; ++i) {
    core::JobSpec spec = Every(base::kHour, "job" + std::to_string(i));
    spec.start_time = kStart + 1000 + i % 3;
    ASSERT_TRUE(h_.Create(spec).ok());
  }
  h_.Advance(1000);
  EXPECT_EQ(h_.Claim().size(), 100U);
  h_.Advance(2);
  EXPECT_EQ(h_.Claim().size(), 200U);
  EXPECT_EQ(h_.engine().registry().jobs.load(), 300);
  EXPECT_EQ(h_.engine().registry().open_runs.load(), 300);
}

}  // namespace
}  // namespace scheduler::engine
