#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "scheduler/engine/job_commands.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using core::JobState;
using testing::ElementsAre;
using tests::At;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;

class JobUpdateTest : public testing::Test {
 protected:
  JobView Make(core::JobSpec spec) {
    auto job = h_.Create(std::move(spec));
    EXPECT_TRUE(job.ok()) << job.status();
    return *std::move(job);
  }
  JobView Job() { return *h_.Get("job"); }
  JobView Update(std::function<void(core::JobSpec*)> patch) {
    auto job = h_.Update("job", std::move(patch));
    EXPECT_TRUE(job.ok()) << job.status();
    return *std::move(job);
  }

  tests::EngineHarness h_;
};

TEST_F(JobUpdateTest, WhatChangesNothingChangesNothing) {
  const JobView before = Make(Every(kSec));
  h_.Advance(300);
  const JobView after = Update([](core::JobSpec* spec) { spec->name = "job"; });
  EXPECT_EQ(EtagOf(after.status), EtagOf(before.status));
  EXPECT_EQ(after.job.update_time, before.job.update_time);
  EXPECT_EQ(Job().job.generation, 1);
  EXPECT_EQ(Job().status.next_run_time, kStart + kSec);  // no new phase
}

TEST_F(JobUpdateTest, TheGenerationRisesWithEveryChange) {
  Make(Every(kSec));
  EXPECT_EQ(Update([](auto* s) { s->name = "b"; }).job.generation, 2);
  EXPECT_EQ(Update([](auto* s) { s->labels["a"] = "b"; }).job.generation, 3);
  h_.Restart();
  EXPECT_EQ(Update([](auto* s) { s->executions = 10; }).job.generation, 4);
  EXPECT_EQ(Job().job.spec.name, "b");
  EXPECT_EQ(Job().job.spec.labels.at("a"), "b");
}

TEST_F(JobUpdateTest, EtagsAreCompared) {
  const JobView before = Make(Every(kSec));
  const std::string etag = EtagOf(before.status);
  ASSERT_TRUE(h_.Update(
                    "job", [](auto* s) { s->name = "b"; }, etag)
                  .ok());
  const auto stale = h_.Update(
      "job", [](auto* s) { s->name = "c"; }, etag);
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(stale.status()), "ETAG_MISMATCH");
  EXPECT_EQ(Job().job.spec.name, "b");
}

TEST_F(JobUpdateTest, RunsDoNotChangeTheEtag) {
  const std::string etag = EtagOf(Make(Every(kSec)).status);
  h_.Complete(h_.ClaimOne());
  h_.Advance(5 * kSec);
  EXPECT_EQ(EtagOf(Job().status), etag);
}

TEST_F(JobUpdateTest, TryingWhatChangesNothingLeavesTheRequestIdFree) {
  Make(Every(kSec));
  const auto update = [this](bool validate_only, uint64_t body_hash) {
    return h_.Await<JobView>([&](Reply<JobView> reply) {
      UpdateJob command;
      command.product = tests::kProduct;
      command.tag = "job";
      command.patch = [](core::JobSpec*) { return absl::OkStatus(); };
      command.validate_only = validate_only;
      command.request = {"id", body_hash};
      h_.service().Update(std::move(command), std::move(reply));
    });
  };
  ASSERT_TRUE(update(/*validate_only=*/true, 1).ok());
  EXPECT_TRUE(update(/*validate_only=*/false, 2).ok());
}

TEST_F(JobUpdateTest, AMissingJobIsNotFound) {
  EXPECT_EQ(ReasonOf(h_.Update("other", [](auto*) {}).status()), "JOB_NOT_FOUND");
}

TEST_F(JobUpdateTest, AMissingJobIsCreatedWhereThatIsAsked) {
  UpdateJob command;
  command.product = tests::kProduct;
  command.tag = "job";
  command.patch = [](core::JobSpec*) { return absl::OkStatus(); };
  command.if_missing = Every(kSec);
  const auto job = h_.Await<JobView>(
      [&](Reply<JobView> reply) { h_.service().Update(std::move(command), std::move(reply)); });
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->job.generation, 1);
}

TEST_F(JobUpdateTest, ValidateOnlyChangesNothing) {
  Make(Every(kSec));
  UpdateJob command;
  command.product = tests::kProduct;
  command.tag = "job";
  command.validate_only = true;
  command.patch = [](core::JobSpec* spec) {
    spec->timing.interval = 5;
    return absl::OkStatus();
  };
  const auto job = h_.Await<JobView>(
      [&](Reply<JobView> reply) { h_.service().Update(std::move(command), std::move(reply)); });
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(job->job.spec.timing.interval, 5);
  EXPECT_EQ(Job().job.spec.timing.interval, kSec);
  EXPECT_EQ(Job().job.generation, 1);
}

// ---- time ---------------------------------------------------------------------------------------

TEST_F(JobUpdateTest, ANewIntervalKeepsThePhase) {
  Make(Every(10 * kSec));
  h_.Complete(h_.ClaimOne());
  h_.Advance(4 * kSec);
  EXPECT_EQ(Update([](auto* s) { s->timing.interval = 3 * kSec; }).status.next_run_time,
            kStart + 6 * kSec);
}

TEST_F(JobUpdateTest, ANewStartTimeIsANewPhase) {
  Make(Every(10 * kSec));
  h_.Complete(h_.ClaimOne());
  h_.Advance(4 * kSec);
  EXPECT_EQ(Update([](auto* s) { s->start_time = kStart + 7 * kSec; }).status.next_run_time,
            kStart + 7 * kSec);
}

TEST_F(JobUpdateTest, AStartTimeThatIsTakenAwayIsNow) {
  Make(Every(10 * kSec));
  h_.Complete(h_.ClaimOne());
  h_.Advance(4 * kSec);
  const JobView job = Update([](auto* s) { s->start_time.reset(); });
  EXPECT_EQ(job.job.spec.start_time, kStart + 4 * kSec);
  EXPECT_EQ(job.status.next_run_time, kStart + 14 * kSec);
}

TEST_F(JobUpdateTest, OtherChangesLeaveTheTimesAlone) {
  Make(Every(10 * kSec));
  h_.Complete(h_.ClaimOne());
  h_.Advance(4 * kSec);
  EXPECT_EQ(
      Update([](auto* s) { s->overlap.mode = core::OverlapMode::kAllow; }).status.next_run_time,
      kStart + 10 * kSec);
}

TEST_F(JobUpdateTest, WhatIsDueIsDecidedAsItWasDefined) {
  Make(Every(10 * kSec));
  h_.Complete(h_.ClaimOne());
  // Due in this very step, which carries the update out before its timers.
  h_.clock().Advance(10 * kSec);
  Update([](auto* s) { s->timing.interval = 7 * kSec; });
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 QUEUED SCHEDULE 10000", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobUpdateTest, ANewTimingEndsTheOpenStretch) {
  Make(Every(kSec));
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(2500);
  Update([](auto* s) { s->timing.interval = 700; });
  h_.Advance(300);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 SKIPPED OVERLAP 2800..2800 x1", "2 SKIPPED OVERLAP 1000..2000 x2",
                          "1 RUNNING SCHEDULE 0"));
}

TEST_F(JobUpdateTest, WhatWaitsForCatchingUpIsMissed) {
  core::JobSpec spec = Every(base::kMinute);
  spec.catchup = {core::CatchupMode::kAll, base::kHour, 1000};
  Make(spec);
  const core::ClaimedRun first = h_.ClaimOne();
  h_.Complete(first);
  h_.Crash();
  h_.clock().Advance(5 * base::kMinute);
  ASSERT_TRUE(h_.Open().ok());
  h_.ClaimOne();  // 1 of 5
  Update([](auto* s) { s->timing.interval = base::kHour; });
  EXPECT_THAT(h_.Lines("job"), ElementsAre("3 MISSED CATCHUP 120000..300000 x4",
                                           "2 RUNNING CATCHUP 60000", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobUpdateTest, WhatAPauseHasSkippedIsRecordedBeforeANewTiming) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(2500);
  Update([](auto* s) { s->timing.interval = 10 * kSec; });
  EXPECT_EQ(Job().status.state, JobState::kPaused);
  h_.Advance(8 * kSec);
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 SKIPPED PAUSED 10000..10000 x1", "2 SKIPPED PAUSED 1000..2000 x2",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobUpdateTest, ATimingThatNeverFiresIsRefused) {
  Make(Every(kSec));
  const auto refused = h_.Update("job", [](auto* s) { s->end_time = kStart; });
  EXPECT_EQ(ReasonOf(refused.status()), "SCHEDULE_NEVER_FIRES");
  EXPECT_EQ(Job().job.generation, 1);
}

TEST_F(JobUpdateTest, FromAnIntervalToTimesAndBack) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  Update([](auto* s) { s->timing = At({kStart + 50, kStart + 3000}).timing; });
  h_.Advance(50);
  h_.Complete(h_.ClaimOne());
  h_.Advance(2000);
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_EQ(Update([](auto* s) { s->timing = Every(kSec).timing; }).status.next_run_time,
            kStart + 3000);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 COMPLETED SCHEDULE 50", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobUpdateTest, TimesThatAreDoneDoNotComeAgain) {
  Make(At({kStart + 10, kStart + 5000}));
  h_.Advance(10);
  h_.Complete(h_.ClaimOne());
  h_.Advance(20);
  const JobView job = Update([](auto* s) {
    s->timing.times = {kStart + 10, kStart + 5000, kStart + 6000};
  });
  EXPECT_THAT(job.job.spec.timing.times, ElementsAre(kStart + 5000, kStart + 6000));
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_EQ(job.status.next_run_time, kStart + 5000);
}

TEST_F(JobUpdateTest, NewTimesThatHaveJustPassedRunOnceNow) {
  Make(At({kStart + 5000}));
  h_.Advance(1000);
  Update([](auto* s) { s->timing.times = {kStart + 100, kStart + 200, kStart + 5000}; });
  h_.Complete(h_.ClaimOne());
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 COMPLETED SCHEDULE 1000"));
}

TEST_F(JobUpdateTest, FixedDelayGoesOnWithTheNewInterval) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  h_.Advance(kSec);
  EXPECT_EQ(Update([](auto* s) { s->timing.interval = 4 * kSec; }).status.next_run_time,
            kStart + 5 * kSec);
  // A change of something else keeps the phase that the last run has set.
  EXPECT_EQ(Update([](auto* s) { s->name = "x"; }).status.next_run_time, kStart + 5 * kSec);
}

// ---- executions and completion -------------------------------------------------------------------

TEST_F(JobUpdateTest, LoweringBelowWhatIsDoneCreatesNoFurtherRun) {
  Make(Every(kSec));
  for (int i = 0; i < 3; ++i) {
    h_.Complete(h_.ClaimOne());
    h_.Advance(kSec);
  }
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Update([](auto* s) { s->executions = 2; }).status.state, JobState::kCompleted);
  h_.Advance(5 * kSec);
  EXPECT_EQ(Job().status.execution_count, 4);
}

TEST_F(JobUpdateTest, LoweringWhileARunIsActiveCompletesAtItsEnd) {
  Make(Every(kSec));
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_EQ(Update([](auto* s) { s->executions = 1; }).status.state, JobState::kActive);
  h_.Advance(5 * kSec);
  h_.Complete(run);
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
  EXPECT_EQ(Job().status.last_number, 1);
}

TEST_F(JobUpdateTest, RaisingAfterCompletionGoesOnFromNow) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 1;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  ASSERT_EQ(Job().status.state, JobState::kCompleted);
  h_.Advance(10'300);
  const JobView job = Update([](auto* s) { s->executions = 2; });
  EXPECT_EQ(job.status.state, JobState::kActive);
  EXPECT_EQ(job.status.state_reason, "");
  EXPECT_EQ(job.status.next_run_time, kStart + 11 * kSec);
  h_.Advance(700);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Job().status.state, JobState::kCompleted);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 COMPLETED SCHEDULE 11000", "1 COMPLETED SCHEDULE 0"));
}

// Nothing was to come while the last run was active: those times had no occurrences to miss.
TEST_F(JobUpdateTest, RaisingWhileTheLastRunIsActiveGoesOnFromNow) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 1;
  Make(spec);
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(10'300);
  Update([](auto* s) { s->executions = 2; });
  h_.Complete(run);
  h_.Advance(700);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 QUEUED SCHEDULE 11000", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobUpdateTest, ALaterEndTimeTakesTheJobOutOfCompleted) {
  core::JobSpec spec = Every(kSec);
  spec.end_time = kStart + 500;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  ASSERT_EQ(Job().status.state, JobState::kCompleted);
  h_.Advance(10'000);
  const JobView job = Update([](auto* s) { s->end_time = kStart + base::kHour; });
  EXPECT_EQ(job.status.state, JobState::kActive);
  EXPECT_EQ(job.status.next_run_time, kStart + 11 * kSec);
}

TEST_F(JobUpdateTest, ACompletedJobStaysSoWhereNothingIsToCome) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 1;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  const JobView job = Update([](auto* s) { s->name = "x"; });
  EXPECT_EQ(job.status.state, JobState::kCompleted);
  EXPECT_EQ(job.status.state_reason, "EXECUTIONS");
}

TEST_F(JobUpdateTest, APausedJobStaysPaused) {
  Make(Every(kSec));
  EXPECT_TRUE(h_.Pause("job").ok());
  const JobView job = Update([](auto* s) { s->executions = 7; });
  EXPECT_EQ(job.status.state, JobState::kPaused);
  EXPECT_EQ(job.status.pause_note, "a note");
}

// ---- policies -----------------------------------------------------------------------------------

TEST_F(JobUpdateTest, AllowingOverlapUnblocksAtOnce) {
  Make(Every(kSec));
  h_.ClaimOne();
  h_.Advance(1500);
  Update([](auto* s) { s->overlap.mode = core::OverlapMode::kAllow; });
  h_.Advance(500);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 QUEUED SCHEDULE 2000", "2 SKIPPED OVERLAP 1000..1000 x1",
                          "1 RUNNING SCHEDULE 0"));
}

TEST_F(JobUpdateTest, AllowingOverlapReleasesTheBuffer) {
  core::JobSpec spec = Every(kSec);
  spec.overlap.mode = core::OverlapMode::kBufferOne;
  Make(spec);
  h_.ClaimOne();
  h_.Advance(1500);
  ASSERT_EQ(h_.Lines("job")[0], "2 SCHEDULED SCHEDULE 1000 OVERLAP");
  Update([](auto* s) { s->overlap.mode = core::OverlapMode::kAllow; });
  EXPECT_EQ(h_.ClaimOne().key.number, 2);
}

// ---- events -------------------------------------------------------------------------------------

TEST_F(JobUpdateTest, TheEventThatIsNamedMustExist) {
  Make(Every(kSec));
  EXPECT_EQ(ReasonOf(h_.Update("job", [](auto* s) { s->event.tag = "other"; }).status()),
            "EVENT_NOT_FOUND");
  ASSERT_TRUE(h_.CreateEvent(tests::WorkerEvent("other")).ok());
  EXPECT_TRUE(h_.Update("job", [](auto* s) { s->event.tag = "other"; }).ok());
  EXPECT_TRUE(h_.DeleteEvent("event", false).ok());  // not referred to any more
  EXPECT_EQ(ReasonOf(h_.DeleteEvent("other", false).status()), "EVENT_IN_USE");
}

TEST_F(JobUpdateTest, AMissingEventDoesNotKeepTheRestFromChanging) {
  Make(Every(base::kHour));
  h_.Complete(h_.ClaimOne());
  ASSERT_TRUE(h_.DeleteEvent("event", true).ok());
  EXPECT_EQ(Update([](auto* s) { s->executions = 5; }).job.spec.executions, 5);
}

// ---- conflicts ----------------------------------------------------------------------------------

TEST_F(JobUpdateTest, ManyAtOnceAreAllCarriedOut) {
  Make(Every(base::kHour));
  int answers = 0;
  for (int i = 0; i < 20; ++i) {
    UpdateJob command;
    command.product = tests::kProduct;
    command.tag = "job";
    command.patch = [i](core::JobSpec* spec) {
      spec->labels["l" + std::to_string(i)] = "x";
      return absl::OkStatus();
    };
    h_.service().Update(std::move(command), [&answers](absl::StatusOr<JobView> job) {
      EXPECT_TRUE(job.ok()) << job.status();
      ++answers;
    });
  }
  h_.Settle();
  EXPECT_EQ(answers, 20);
  EXPECT_EQ(Job().job.generation, 21);
  EXPECT_EQ(Job().job.spec.labels.size(), 20U);
}

}  // namespace
}  // namespace scheduler::engine
