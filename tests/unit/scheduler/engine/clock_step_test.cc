// Steps of the wall clock, as jobs see them: forward ones are caught up with, small backward ones are
// absorbed, larger ones neither fire again what has a time of its own nor silence anything.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using testing::ElementsAre;
using tests::At;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;
constexpr Millis kMin = base::kMinute;

class ClockStepTest : public testing::Test {
 protected:
  void Make(core::JobSpec spec) { ASSERT_TRUE(h_.Create(std::move(spec)).ok()); }
  // The time from now until the job's next run.
  Millis Wait(const std::string& tag = "job") {
    const auto job = h_.Get(tag);
    EXPECT_TRUE(job->status.next_run_time.has_value());
    return *job->status.next_run_time - h_.now();
  }
  void CompleteAll() {
    for (const core::ClaimedRun& run : h_.Claim()) EXPECT_EQ(h_.Complete(run), "");
  }
  // Runs completed while `millis` pass.
  int RunFor(Millis millis, Millis step) {
    int runs = 0;
    for (Millis passed = 0; passed < millis; passed += step) {
      h_.Advance(step);
      for (const core::ClaimedRun& run : h_.Claim()) {
        EXPECT_EQ(h_.Complete(run), "");
        ++runs;
      }
    }
    return runs;
  }
  bool Condition(const std::string& type) {
    const auto job = h_.Get("job");
    for (const core::Condition& c : job->status.conditions) {
      if (c.type == type) return true;
    }
    return false;
  }

  tests::EngineHarness h_;
};

TEST_F(ClockStepTest, AForwardStepIsCaughtUpWith) {
  Make(Every(kMin));
  CompleteAll();
  h_.clock().StepWall(base::kHour + 30 * kSec);
  h_.Settle();
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 QUEUED CATCHUP 3600000", "2 MISSED CATCHUP 60000..3540000 x59",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(ClockStepTest, ASmallBackwardStepIsAbsorbed) {
  Make(Every(kSec));
  CompleteAll();
  h_.clock().StepWall(-5 * kMin);
  // Engine time goes on at half speed: nothing fires again, and nothing stands still.
  EXPECT_EQ(RunFor(kMin, kSec), 30);
  EXPECT_FALSE(Condition("CLOCK_STEPPED"));
}

TEST_F(ClockStepTest, ALargeBackwardStepSilencesNothing) {
  Make(Every(kSec));
  CompleteAll();
  h_.Advance(10 * kSec);
  CompleteAll();
  h_.clock().StepWall(-base::kDay);
  EXPECT_EQ(RunFor(kMin, kSec), 60);
  h_.engine().StepHousekeeping();
  EXPECT_TRUE(Condition("CLOCK_STEPPED"));
}

TEST_F(ClockStepTest, LocalTimesComeAgainWithTheClock) {
  core::JobSpec spec = Every(kSec);
  spec.timing = {};
  spec.timing.cron = "*/10 * * * * *";
  Make(spec);
  EXPECT_EQ(RunFor(kMin, kSec), 7);   // the first at once
  h_.clock().StepWall(-base::kHour);  // to before its start_time
  EXPECT_EQ(RunFor(kMin, kSec), 6);
  h_.Restart();
  EXPECT_EQ(RunFor(kMin, kSec), 6);
}

TEST_F(ClockStepTest, ThePhaseIsKept) {
  core::JobSpec spec = Every(10 * kSec);
  Make(spec);
  CompleteAll();
  h_.Advance(4 * kSec);
  h_.clock().StepWall(-base::kDay);  // a whole number of intervals
  h_.Settle();
  EXPECT_EQ(Wait(), 6 * kSec);
}

TEST_F(ClockStepTest, AStartThatWasStillToComeStaysWhereItIs) {
  core::JobSpec spec = Every(kSec);
  spec.start_time = kStart + base::kHour;
  Make(spec);
  core::JobSpec delayed = Every(kSec, "delayed");
  delayed.start_time = kStart + base::kHour;
  delayed.interval_mode = core::IntervalMode::kFixedDelay;
  Make(delayed);
  h_.clock().StepWall(-base::kHour);
  h_.Settle();
  EXPECT_EQ(Wait(), 2 * base::kHour);
  EXPECT_EQ(Wait("delayed"), 2 * base::kHour);
}

TEST_F(ClockStepTest, GivenTimesAreDueOnceWhateverTheClockSays) {
  Make(At({kStart + kMin, kStart + 40 * kMin, kStart + 50 * kMin}));
  h_.Advance(kMin);
  CompleteAll();
  h_.Advance(39 * kMin);
  CompleteAll();
  h_.clock().StepWall(-45 * kMin);
  EXPECT_EQ(RunFor(54 * kMin, kMin), 0);
  EXPECT_EQ(RunFor(kMin, kMin), 1);
  EXPECT_EQ(h_.Get("job")->status.state, core::JobState::kCompleted);
  EXPECT_EQ(h_.Get("job")->status.stats.completed, 3);
}

TEST_F(ClockStepTest, FixedDelayGoesOn) {
  core::JobSpec spec = Every(kMin);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  Make(spec);
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(base::kHour);  // its end sets the next start; its nominal time lies long before
  h_.Complete(run);
  h_.clock().StepWall(-30 * kMin);
  h_.Settle();
  EXPECT_EQ(Wait(), kMin);
}

TEST_F(ClockStepTest, AnOpenStretchEndsWithTheStep) {
  Make(Every(kSec));
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(10'500);
  h_.clock().StepWall(-base::kHour);
  h_.Settle();
  EXPECT_EQ(h_.Lines("job")[0], "2 SKIPPED OVERLAP 1000..10000 x10");
  h_.Complete(run);
  EXPECT_EQ(Wait(), 500);
  EXPECT_EQ(RunFor(kMin, kSec), 60);
}

TEST_F(ClockStepTest, AWaitingRetryWaitsNoLongerThanItsBackoff) {
  core::JobSpec spec = Every(base::kDay);
  spec.retry.emplace().max_retries = 3;
  spec.retry->initial_backoff = spec.retry->max_backoff = 20 * kSec;
  Make(spec);
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  h_.clock().StepWall(-base::kHour);
  h_.Advance(20 * kSec);
  const core::ClaimedRun second = h_.ClaimOne();
  EXPECT_EQ(second.attempt, 2);
  h_.Fail(second, "TIMEOUT");
  const Millis due = h_.GetRun(second.key)->next_attempt_time;
  h_.Advance(due - h_.now() - 1);
  EXPECT_TRUE(h_.Claim().empty());  // the first timer is gone
  h_.Advance(1);
  EXPECT_EQ(h_.ClaimOne().attempt, 3);
}

TEST_F(ClockStepTest, AWaitingRetryAfterAStepDuringADowntime) {
  core::JobSpec spec = Every(base::kDay);
  spec.retry.emplace().max_retries = 3;
  spec.retry->initial_backoff = spec.retry->max_backoff = 20 * kSec;
  Make(spec);
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  h_.Crash();
  h_.clock().StepWall(-base::kHour);
  ASSERT_TRUE(h_.Open().ok());
  h_.Advance(20 * kSec);
  EXPECT_EQ(h_.ClaimOne().attempt, 2);
}

TEST_F(ClockStepTest, AStepDuringADowntimeSilencesNothing) {
  Make(Every(kSec));
  CompleteAll();
  h_.Advance(5 * kSec);
  CompleteAll();
  h_.Crash();
  h_.clock().StepWall(-base::kHour);
  ASSERT_TRUE(h_.Open().ok());
  h_.Settle();
  EXPECT_TRUE(Condition("CLOCK_STEPPED"));
  EXPECT_EQ(RunFor(10 * kSec, kSec), 10);
}

TEST_F(ClockStepTest, ASmallStepDuringADowntimeFiresNothingAgain) {
  Make(Every(kSec));
  CompleteAll();
  h_.Advance(5 * kSec);
  CompleteAll();
  h_.Crash();
  h_.clock().StepWall(-2 * kMin);
  ASSERT_TRUE(h_.Open().ok());
  EXPECT_EQ(h_.engine().Now(), kStart + 5 * kSec);
  EXPECT_EQ(RunFor(10 * kSec, kSec), 5);
}

// The floor of the last commit counts: else each restart would see the step anew, and one within ten
// minutes of the old time would take that for a small step and run ahead of the clock.
TEST_F(ClockStepTest, AStepIsSeenOnce) {
  Make(Every(kSec));
  CompleteAll();
  h_.clock().StepWall(-15 * kMin);
  EXPECT_EQ(RunFor(8 * kMin, kMin), 8);
  h_.Restart();
  EXPECT_EQ(h_.engine().Now(), h_.now());
  EXPECT_FALSE(Condition("CLOCK_STEPPED"));
}

TEST_F(ClockStepTest, TwoStepsInARow) {
  Make(Every(kSec));
  CompleteAll();
  h_.clock().StepWall(-base::kHour);
  h_.Settle();
  h_.clock().StepWall(-base::kHour);
  EXPECT_EQ(RunFor(10 * kSec, kSec), 10);
  h_.clock().StepWall(2 * base::kHour);
  h_.Settle();
  EXPECT_EQ(h_.Claim().size(), 1U);
}

}  // namespace
}  // namespace scheduler::engine
