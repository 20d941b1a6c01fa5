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
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;

class JobPauseTest : public testing::Test {
 protected:
  void Make(core::JobSpec spec) { ASSERT_TRUE(h_.Create(std::move(spec)).ok()); }
  JobView Job() { return *h_.Get("job"); }

  tests::EngineHarness h_;
};

TEST_F(JobPauseTest, TellsWhoAndWhy) {
  Make(Every(kSec));
  const std::string before = EtagOf(Job().status);
  const auto paused = h_.Pause("job");
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_EQ(paused->status.state, JobState::kPaused);
  EXPECT_EQ(paused->status.state_reason, "PAUSED_BY_REQUEST");
  EXPECT_EQ(paused->status.pause_note, "a note");
  EXPECT_FALSE(paused->status.next_run_time.has_value());
  EXPECT_NE(EtagOf(paused->status), before);
  h_.Restart();
  EXPECT_EQ(Job().status.pause_note, "a note");
  EXPECT_EQ(EtagOf(Job().status), EtagOf(paused->status));
}

TEST_F(JobPauseTest, TheEtagCountsPauses) {
  Make(Every(kSec));
  const std::string paused = EtagOf(h_.Pause("job")->status);
  EXPECT_EQ(EtagOf(h_.Resume("job")->status), paused);
  EXPECT_NE(EtagOf(h_.Pause("job")->status), paused);
}

// The answers of a pause or resume and an update that reach the loop together, in this order.
struct Answers {
  absl::StatusOr<JobView> change = absl::UnknownError("not answered");
  absl::StatusOr<JobView> update = absl::UnknownError("not answered");
};

UpdateJob Rename(const std::string& name) {
  UpdateJob update;
  update.product = tests::kProduct;
  update.tag = "job";
  update.patch = [name](core::JobSpec* spec) {
    spec->name = name;
    return absl::OkStatus();
  };
  return update;
}

TEST_F(JobPauseTest, AnswersTheJobAtItsOwnCommit) {
  Make(Every(kSec));
  Answers paused;
  h_.service().Pause(PauseJob{tests::kProduct, "job", "a note", false, "", {}},
                     [&](absl::StatusOr<JobView> view) { paused.change = std::move(view); });
  h_.service().Update(Rename("second"),
                      [&](absl::StatusOr<JobView> view) { paused.update = std::move(view); });
  h_.Settle();
  ASSERT_TRUE(paused.change.ok() && paused.update.ok());
  EXPECT_EQ(paused.change->job.generation, 1);
  EXPECT_NE(paused.change->job.spec.name, "second");
  EXPECT_EQ(paused.change->status.generation, 1);
  EXPECT_EQ(paused.change->status.state, JobState::kPaused);
  EXPECT_EQ(paused.update->job.generation, 2);

  Answers resumed;
  h_.service().Resume(ResumeJob{tests::kProduct, "job", false, "", {}},
                      [&](absl::StatusOr<JobView> view) { resumed.change = std::move(view); });
  h_.service().Update(Rename("third"),
                      [&](absl::StatusOr<JobView> view) { resumed.update = std::move(view); });
  h_.Settle();
  ASSERT_TRUE(resumed.change.ok() && resumed.update.ok());
  EXPECT_EQ(resumed.change->job.spec.name, "second");
  EXPECT_EQ(resumed.change->status.state, JobState::kActive);
  EXPECT_EQ(resumed.update->job.generation, 3);
}

TEST_F(JobPauseTest, ReadsAgainAfterAnUpdate) {
  Make(Every(kSec));
  Answers answers;
  h_.service().Update(Rename("second"),
                      [&](absl::StatusOr<JobView> view) { answers.update = std::move(view); });
  h_.service().Pause(PauseJob{tests::kProduct, "job", "a note", false, "", {}},
                     [&](absl::StatusOr<JobView> view) { answers.change = std::move(view); });
  h_.Settle();
  ASSERT_TRUE(answers.change.ok() && answers.update.ok());
  EXPECT_EQ(answers.update->status.state, JobState::kActive);
  EXPECT_EQ(answers.change->job.spec.name, "second");
  EXPECT_EQ(answers.change->status.generation, 2);
  EXPECT_EQ(answers.change->status.state, JobState::kPaused);
}

TEST_F(JobPauseTest, PausingTwiceIsTheSame) {
  Make(Every(kSec));
  const std::string etag = EtagOf(h_.Pause("job")->status);
  EXPECT_EQ(EtagOf(h_.Pause("job")->status), etag);
  const std::string resumed = EtagOf(h_.Resume("job")->status);
  EXPECT_EQ(EtagOf(h_.Resume("job")->status), resumed);
}

TEST_F(JobPauseTest, ACompletedJobIsNotPaused) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 1;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(ReasonOf(h_.Pause("job").status()), "JOB_COMPLETED");
}

TEST_F(JobPauseTest, ItsOccurrencesAreOneStretch) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(4500);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 COMPLETED SCHEDULE 0"));
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("2 SKIPPED PAUSED 1000..4000 x4", "1 COMPLETED SCHEDULE 0"));
  EXPECT_EQ(Job().status.stats.skipped, 4);
  h_.Advance(500);
  EXPECT_EQ(h_.ClaimOne().scheduled_time, kStart + 5 * kSec);
}

TEST_F(JobPauseTest, AYearIsOneStretchToo) {
  Make(Every(1));
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.clock().Advance(365 * base::kDay);
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_EQ(Job().status.stats.skipped, 365 * base::kDay);
}

TEST_F(JobPauseTest, CatchesUpWhereAsked) {
  Make(Every(base::kMinute));
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(4 * base::kMinute + 30 * kSec);
  EXPECT_TRUE(h_.Resume("job", /*catch_up=*/true).ok());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 QUEUED CATCHUP 240000", "2 MISSED CATCHUP 60000..180000 x3",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobPauseTest, NothingIsFirstDispatched) {
  Make(Every(kSec));  // run 1 waits for dispatch
  h_.Settle();
  EXPECT_TRUE(h_.Pause("job").ok());
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 SCHEDULED SCHEDULE 0 PAUSED"));  // held
  h_.Restart();
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_EQ(h_.ClaimOne().key.number, 1);
}

TEST_F(JobPauseTest, RunningAttemptsFinish) {
  Make(Every(kSec));
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_TRUE(h_.Pause("job").ok());
  EXPECT_EQ(h_.Complete(run), "");
  EXPECT_TRUE(h_.TakeCancels().empty());
  EXPECT_EQ(Job().status.stats.completed, 1);
  EXPECT_EQ(Job().status.state, JobState::kPaused);
}

TEST_F(JobPauseTest, CancelActiveCancels) {
  Make(Every(kSec));
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_TRUE(h_.Pause("job", /*cancel_active=*/true).ok());
  const auto cancels = h_.TakeCancels();
  ASSERT_EQ(cancels.size(), 1U);
  EXPECT_EQ(cancels[0].key, run.key);
  EXPECT_EQ(cancels[0].token, run.token);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 CANCELLED SCHEDULE 0 REQUESTED"));
  EXPECT_EQ(h_.Complete(run), "UNKNOWN_RUN");
}

TEST_F(JobPauseTest, RetriesAreHeld) {
  core::JobSpec spec = Every(base::kHour);
  spec.retry.emplace().max_retries = 3;
  Make(spec);
  h_.Fail(h_.ClaimOne(), "UNAVAILABLE");
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(base::kMinute);
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_TRUE(h_.Resume("job").ok());
  h_.Settle();
  EXPECT_EQ(h_.ClaimOne().attempt, 2);
}

TEST_F(JobPauseTest, ALostAttemptIsHeldToo) {
  Make(Every(base::kHour));
  EXPECT_TRUE(h_.Pause("job").ok());
  EXPECT_TRUE(h_.Resume("job").ok());
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Lose(run);
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_EQ(h_.ClaimOne().attempt, 2);
}

TEST_F(JobPauseTest, AManualRunIsNotHeld) {
  Make(Every(base::kHour));
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  ASSERT_TRUE(h_.RunNow("job").ok());
  h_.Complete(h_.ClaimOne());
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 COMPLETED MANUAL 0", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobPauseTest, AManualRunInTheBufferIsNotHeld) {
  core::JobSpec spec = Every(base::kHour);
  spec.overlap.mode = core::OverlapMode::kBufferOne;
  Make(spec);
  const core::ClaimedRun run = h_.ClaimOne();
  ASSERT_TRUE(h_.RunNow("job").ok());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Complete(run);
  EXPECT_EQ(h_.ClaimOne().trigger, core::Trigger::kManual);
}

TEST_F(JobPauseTest, AScheduledRunInTheBufferIsHeld) {
  core::JobSpec spec = Every(kSec);
  spec.overlap.mode = core::OverlapMode::kBufferOne;
  Make(spec);
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(kSec);
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Complete(run);
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_EQ(h_.Lines("job")[0], "2 SCHEDULED SCHEDULE 1000 PAUSED");
  h_.Restart();
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_EQ(h_.ClaimOne().key.number, 2);
}

TEST_F(JobPauseTest, EndsAStretchForAnotherReason) {
  Make(Every(kSec));
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(2500);
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(2000);
  h_.Complete(run);
  h_.Advance(2000);
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 SKIPPED PAUSED 3000..6000 x4", "2 SKIPPED OVERLAP 1000..2000 x2",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobPauseTest, ResumedWhileARunIsStillActive) {
  Make(Every(kSec));
  h_.ClaimOne();
  h_.Advance(1500);
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(2000);
  EXPECT_TRUE(h_.Resume("job").ok());
  h_.Advance(1000);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("4 SKIPPED OVERLAP 4000..4000 x1", "3 SKIPPED PAUSED 2000..3000 x2",
                          "2 SKIPPED OVERLAP 1000..1000 x1", "1 RUNNING SCHEDULE 0"));
}

TEST_F(JobPauseTest, AFixedDelayJobGoesOnAtOnce) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(60 * kSec);
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 QUEUED SCHEDULE 60000", "2 SKIPPED PAUSED 10000..10000 x1",
                          "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobPauseTest, AFixedDelayJobThatIsNotDueWaits) {
  core::JobSpec spec = Every(10 * kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(2 * kSec);
  EXPECT_EQ(h_.Resume("job")->status.next_run_time, kStart + 10 * kSec);
}

TEST_F(JobPauseTest, AJobWhoseEndPassedInThePauseCompletes) {
  core::JobSpec spec = Every(kSec);
  spec.end_time = kStart + 3 * kSec;
  Make(spec);
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(base::kDay);
  EXPECT_EQ(h_.Resume("job")->status.state, JobState::kCompleted);
  EXPECT_EQ(h_.Lines("job")[0], "2 SKIPPED PAUSED 1000..2000 x2");
}

TEST_F(JobPauseTest, EtagsAreCompared) {
  Make(Every(kSec));
  const std::string etag = EtagOf(Job().status);
  EXPECT_TRUE(h_.Pause("job").ok());
  EXPECT_TRUE(h_.Resume("job").ok());
  PauseJob command;
  command.product = tests::kProduct;
  command.tag = "job";
  command.etag = etag;
  const auto stale = h_.Await<JobView>(
      [&](Reply<JobView> reply) { h_.service().Pause(command, std::move(reply)); });
  EXPECT_EQ(ReasonOf(stale.status()), "ETAG_MISMATCH");
}

TEST_F(JobPauseTest, ManyPausesDoNotFillTheQueue) {
  Make(Every(base::kHour));
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(h_.Pause("job").ok());
    EXPECT_TRUE(h_.Resume("job").ok());
  }
  h_.Settle();
  EXPECT_LE(h_.engine().queue().TotalSize(), 1U);
  EXPECT_EQ(h_.Claim().size(), 1U);
}

}  // namespace
}  // namespace scheduler::engine
