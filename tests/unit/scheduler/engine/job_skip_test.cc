#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/engine/etag.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using core::JobState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;

class JobSkipTest : public testing::Test {
 protected:
  void Make(core::JobSpec spec) { ASSERT_TRUE(h_.Create(std::move(spec)).ok()); }
  core::JobStatus Status() { return h_.Get("job")->status; }
  std::string Skip(Millis at, bool undo = false) {
    return std::string(ReasonOf(h_.Skip("job", kStart + at, undo).status()));
  }

  tests::EngineHarness h_;
};

TEST_F(JobSkipTest, LeavesOutOneOccurrence) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  const auto before = h_.Get("job");
  const auto skipped = h_.Skip("job", kStart + 2 * kSec);
  ASSERT_TRUE(skipped.ok()) << skipped.status();
  EXPECT_THAT(skipped->status.skipped_times, ElementsAre(kStart + 2 * kSec));
  EXPECT_EQ(EtagOf(skipped->status), EtagOf(before->status));
  for (int i = 0; i < 3; ++i) {
    h_.Advance(kSec);
    for (const core::ClaimedRun& run : h_.Claim()) h_.Complete(run);
  }
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("4 COMPLETED SCHEDULE 3000", "3 SKIPPED REQUESTED 2000..2000 x1",
                          "2 COMPLETED SCHEDULE 1000", "1 COMPLETED SCHEDULE 0"));
  EXPECT_THAT(Status().skipped_times, IsEmpty());
  EXPECT_EQ(Status().execution_count, 3);
  EXPECT_EQ(Status().stats.skipped, 1);
}

TEST_F(JobSkipTest, TheNextRunIsTheOneAfterIt) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Status().next_run_time, kStart + kSec);
  EXPECT_EQ(Skip(kSec), "");
  EXPECT_EQ(Status().next_run_time, kStart + 2 * kSec);
}

TEST_F(JobSkipTest, IsTakenBack) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Skip(kSec), "");
  EXPECT_EQ(Skip(kSec), "") << "as it stands";
  EXPECT_EQ(Skip(kSec, /*undo=*/true), "");
  EXPECT_EQ(Skip(kSec, /*undo=*/true), "") << "as it stands";
  EXPECT_THAT(Status().skipped_times, IsEmpty());
  h_.Advance(kSec);
  EXPECT_EQ(h_.ClaimOne().scheduled_time, kStart + kSec);
}

TEST_F(JobSkipTest, SurvivesARestartAndACheckpoint) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Skip(kSec), "");
  h_.Restart();
  EXPECT_THAT(Status().skipped_times, ElementsAre(kStart + kSec));
  ASSERT_TRUE(h_.engine().archivist().CheckpointNow([this] { h_.Settle(); }).ok());
  h_.Restart();
  EXPECT_THAT(Status().skipped_times, ElementsAre(kStart + kSec));
  h_.Advance(2 * kSec);
  EXPECT_EQ(h_.ClaimOne().scheduled_time, kStart + 2 * kSec);
}

TEST_F(JobSkipTest, OnlyWhatIsToCome) {
  Make(Every(kSec));
  h_.Advance(5 * kSec);
  EXPECT_EQ(Skip(4 * kSec), "NOT_AN_OCCURRENCE");
  EXPECT_EQ(Skip(5 * kSec), "NOT_AN_OCCURRENCE") << "decided";
  const absl::Status between = h_.Skip("job", kStart + 6500).status();
  EXPECT_EQ(ReasonOf(between), "NOT_AN_OCCURRENCE");
  EXPECT_THAT(std::string(between.message()), HasSubstr("2023-11-14T22:13:26.000Z"));
  EXPECT_THAT(std::string(between.message()), HasSubstr("2023-11-14T22:13:27.000Z"));
}

TEST_F(JobSkipTest, NotOfAJobWithoutTimesToCome) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 1;
  Make(spec);
  EXPECT_EQ(Skip(kSec), "NOT_AN_OCCURRENCE");
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Skip(kSec), "NOT_AN_OCCURRENCE");
}

TEST_F(JobSkipTest, NotOfAFixedDelay) {
  core::JobSpec spec = Every(kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  Make(spec);
  EXPECT_EQ(Skip(kSec), "NO_NOMINAL_TIMES");
}

TEST_F(JobSkipTest, AHundredAtMost) {
  Make(Every(kSec));
  for (int i = 1; i <= base::limits::kMaxSkips; ++i) EXPECT_EQ(Skip(i * kSec), "");
  EXPECT_EQ(Skip(101 * kSec), "TOO_MANY_SKIPS");
  EXPECT_EQ(Skip(100 * kSec), "") << "as it stands";
  h_.Advance(kSec);
  EXPECT_EQ(Skip(101 * kSec), "") << "one is over";
}

TEST_F(JobSkipTest, TheLastOccurrenceIsAwaitedBeforeTheJobCompletes) {
  core::JobSpec spec = Every(kSec);
  spec.end_time = kStart + 2 * kSec;
  Make(spec);
  EXPECT_EQ(Skip(kSec), "");
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Status().state, JobState::kActive);
  h_.Advance(kSec);
  EXPECT_EQ(Status().state, JobState::kCompleted);
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("2 SKIPPED REQUESTED 1000..1000 x1", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobSkipTest, ItIsPartOfTheStretchThatItLiesIn) {
  Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Skip(2 * kSec), "");
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(3500);
  EXPECT_TRUE(h_.Resume("job").ok());
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("2 SKIPPED PAUSED 1000..3000 x3", "1 COMPLETED SCHEDULE 0"));
  EXPECT_THAT(Status().skipped_times, IsEmpty());
}

TEST_F(JobSkipTest, AnUpdateOfTheTimesKeepsWhatIsStillAnOccurrence) {
  Make(Every(kSec));
  EXPECT_EQ(Skip(3 * kSec), "");
  EXPECT_EQ(Skip(4 * kSec), "");
  EXPECT_TRUE(h_.Update("job", [](core::JobSpec* spec) { spec->timing.interval = 2 * kSec; }).ok());
  EXPECT_THAT(Status().skipped_times, ElementsAre(kStart + 4 * kSec));
  EXPECT_TRUE(h_.Update("job", [](core::JobSpec* spec) { spec->name = "other"; }).ok());
  EXPECT_THAT(Status().skipped_times, ElementsAre(kStart + 4 * kSec));
}

TEST_F(JobSkipTest, UnknownJobs) {
  EXPECT_EQ(Skip(kSec), "JOB_NOT_FOUND");
  EXPECT_EQ(ReasonOf(h_.Backfill("job", kStart, kStart + 1).status()), "JOB_NOT_FOUND");
}

}  // namespace
}  // namespace scheduler::engine
