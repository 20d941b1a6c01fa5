#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/job_commands.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using testing::ElementsAre;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;

class JobDeleteTest : public testing::Test {
 protected:
  core::Uid Make(core::JobSpec spec) {
    auto job = h_.Create(std::move(spec));
    EXPECT_TRUE(job.ok()) << job.status();
    return job->job.uid;
  }
  std::vector<std::string> LinesOf(core::Uid uid) { return tests::ToLines(h_.RunsOf(uid)); }

  tests::EngineHarness h_;
};

TEST_F(JobDeleteTest, EndsActiveRunsAndTellsWorkers) {
  core::JobSpec spec = Every(kSec);
  spec.overlap.mode = core::OverlapMode::kBufferOne;
  const core::Uid uid = Make(spec);
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(2500);
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_THAT(LinesOf(uid),
              ElementsAre("3 SKIPPED BUFFER_FULL 2000..2000 x1",
                          "2 CANCELLED SCHEDULE 1000 DELETED", "1 CANCELLED SCHEDULE 0 DELETED"));
  const auto cancels = h_.TakeCancels();
  ASSERT_EQ(cancels.size(), 1U);  // the one in flight
  EXPECT_EQ(cancels[0].token, run.token);
  EXPECT_EQ(h_.Complete(run), "UNKNOWN_RUN");
  EXPECT_EQ(h_.engine().registry().jobs.load(), 0);
  EXPECT_EQ(h_.engine().registry().open_runs.load(), 0);
}

TEST_F(JobDeleteTest, IsGoneAtOnceAndAfterARestart) {
  Make(Every(kSec));
  ASSERT_TRUE(h_.Delete("job").ok());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ReasonOf(h_.Get("job").status()), "JOB_NOT_FOUND");
    EXPECT_EQ(ReasonOf(h_.Delete("job").status()), "JOB_NOT_FOUND");
    EXPECT_EQ(ReasonOf(h_.Pause("job").status()), "JOB_NOT_FOUND");
    EXPECT_EQ(ReasonOf(h_.RunNow("job").status()), "JOB_NOT_FOUND");
    h_.Advance(10 * kSec);
    EXPECT_TRUE(h_.Claim().empty());
    h_.Restart();
  }
}

TEST_F(JobDeleteTest, ItsHistoryStaysReadable) {
  const core::Uid uid = Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  ASSERT_TRUE(h_.Delete("job").ok());
  ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
  h_.Restart();
  const auto run = h_.GetRun({uid, 1});
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->job_tag, "job");
  EXPECT_THAT(LinesOf(uid), ElementsAre("1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobDeleteTest, WhatWasDueIsNotSilent) {
  const core::Uid uid = Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  h_.Advance(2500);
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_THAT(LinesOf(uid),
              ElementsAre("2 SKIPPED PAUSED 1000..2000 x2", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobDeleteTest, WhatTheNextStepWouldHaveCaughtUpIsMissed) {
  const core::Uid uid = Make(Every(kSec));
  h_.Complete(h_.ClaimOne());
  h_.Crash();
  h_.clock().Advance(5500);
  ASSERT_TRUE(h_.Open().ok());
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_THAT(LinesOf(uid),
              ElementsAre("2 MISSED CATCHUP 1000..5000 x5", "1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobDeleteTest, ATagThatIsCreatedAgainInheritsNothing) {
  core::JobSpec spec = Every(kSec);
  spec.executions = 3;
  const core::Uid first = Make(spec);
  h_.Complete(h_.ClaimOne());
  EXPECT_TRUE(h_.Pause("job").ok());
  ASSERT_TRUE(h_.Delete("job").ok());
  const core::Uid second = Make(spec);
  EXPECT_GT(second, first);
  const auto job = h_.Get("job");
  EXPECT_EQ(job->status.state, core::JobState::kActive);
  EXPECT_EQ(job->status.execution_count, 1);
  EXPECT_EQ(job->status.stats.completed, 0);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 QUEUED SCHEDULE 0"));
  h_.Restart();
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 QUEUED SCHEDULE 0"));
  EXPECT_THAT(LinesOf(first), ElementsAre("1 COMPLETED SCHEDULE 0"));
}

TEST_F(JobDeleteTest, EveryUidIsNew) {
  std::vector<core::Uid> uids;
  for (int i = 0; i < 6; ++i) {
    uids.push_back(Make(Every(kSec)));
    ASSERT_TRUE(h_.Delete("job").ok());
    if (i == 2) h_.Restart();
    if (i == 4) {
      ASSERT_TRUE(h_.engine().archivist().CheckpointNow([&] { h_.Settle(); }).ok());
      h_.Restart();
    }
  }
  EXPECT_TRUE(std::is_sorted(uids.begin(), uids.end()));
  EXPECT_EQ(std::adjacent_find(uids.begin(), uids.end()), uids.end());
}

TEST_F(JobDeleteTest, WaitingRetriesAreForgotten) {
  core::JobSpec spec = Every(base::kHour);
  spec.retry.emplace().max_retries = 3;
  const core::Uid uid = Make(spec);
  h_.Fail(h_.ClaimOne(), "UNAVAILABLE");
  ASSERT_TRUE(h_.Delete("job").ok());
  h_.Advance(base::kHour);
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_THAT(LinesOf(uid), ElementsAre("1 CANCELLED SCHEDULE 0 DELETED"));
}

TEST_F(JobDeleteTest, GivesItsEventFree) {
  Make(Every(kSec));
  EXPECT_EQ(ReasonOf(h_.DeleteEvent("event", false).status()), "EVENT_IN_USE");
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_TRUE(h_.DeleteEvent("event", false).ok());
}

TEST_F(JobDeleteTest, AllowMissing) {
  const auto done = h_.Await<Done>([&](Reply<Done> reply) {
    h_.service().Delete(DeleteJob{tests::kProduct, "none", "", true, {}}, std::move(reply));
  });
  EXPECT_TRUE(done.ok());
}

}  // namespace
}  // namespace scheduler::engine
