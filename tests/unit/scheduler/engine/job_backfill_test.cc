#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using core::JobState;
using core::Trigger;
using testing::ElementsAre;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;
constexpr Millis kHour = base::kHour;

class JobBackfillTest : public testing::Test {
 protected:
  // Hourly, the first run at kStart is over.
  void MakeHourly() {
    ASSERT_TRUE(h_.Create(Every(kHour)).ok());
    h_.Complete(h_.ClaimOne());
  }
  core::JobStatus Status() { return h_.Get("job")->status; }
  std::string Backfill(Millis start, Millis end, int32_t parallel = 1) {
    const auto job = h_.Backfill("job", kStart + start, kStart + end, parallel);
    return std::string(ReasonOf(job.status()));
  }
  // Times in hours after kStart.
  std::vector<Millis> ClaimHours() {
    std::vector<Millis> hours;
    for (const core::ClaimedRun& run : h_.Claim()) {
      EXPECT_EQ(run.trigger, Trigger::kBackfill);
      hours.push_back((run.scheduled_time - kStart) / kHour);
      claimed_.push_back(run);
    }
    return hours;
  }
  void CompleteAll() {
    for (const core::ClaimedRun& run : std::exchange(claimed_, {})) h_.Complete(run);
  }

  tests::EngineHarness h_;
  std::vector<core::ClaimedRun> claimed_;
};

TEST_F(JobBackfillTest, OneAtATimeInOrder) {
  MakeHourly();
  const auto begun = h_.Backfill("job", kStart - 3 * kHour, kStart);
  ASSERT_TRUE(begun.ok()) << begun.status();
  ASSERT_TRUE(begun->status.backfill.has_value());
  EXPECT_EQ(begun->status.backfill->total, 3);
  EXPECT_EQ(begun->status.backfill->created, 1);
  for (const Millis hour : {-3, -2, -1}) {
    EXPECT_TRUE(Status().backfill.has_value());
    EXPECT_THAT(ClaimHours(), ElementsAre(hour));
    CompleteAll();
  }
  EXPECT_FALSE(Status().backfill.has_value());
  EXPECT_THAT(ClaimHours(), ElementsAre());
  EXPECT_EQ(h_.Lines("job")[0], "4 COMPLETED BACKFILL -3600000");
  EXPECT_EQ(Status().execution_count, 1);
  EXPECT_EQ(Status().stats.completed, 4);
  EXPECT_EQ(Status().next_run_time, kStart + kHour);
}

TEST_F(JobBackfillTest, ManyAtATime) {
  MakeHourly();
  EXPECT_EQ(Backfill(-5 * kHour, 0, 3), "");
  EXPECT_THAT(ClaimHours(), ElementsAre(-5, -4, -3));
  h_.Complete(claimed_.back());
  claimed_.pop_back();
  EXPECT_THAT(ClaimHours(), ElementsAre(-2));
  CompleteAll();
  EXPECT_THAT(ClaimHours(), ElementsAre(-1));
  EXPECT_TRUE(Status().backfill.has_value()) << "its last run is open";
  CompleteAll();
  EXPECT_FALSE(Status().backfill.has_value());
}

TEST_F(JobBackfillTest, WaitsForRunsThatAreActive) {
  ASSERT_TRUE(h_.Create(Every(kHour)).ok());
  const core::ClaimedRun own = h_.ClaimOne();
  EXPECT_EQ(Backfill(-2 * kHour, 0), "");
  EXPECT_EQ(Status().backfill->created, 0);
  EXPECT_THAT(ClaimHours(), ElementsAre());
  h_.Complete(own);
  EXPECT_THAT(ClaimHours(), ElementsAre(-2));
}

TEST_F(JobBackfillTest, GoesOnAfterARestart) {
  MakeHourly();
  EXPECT_EQ(Backfill(-3 * kHour, 0), "");
  ClaimHours();
  CompleteAll();
  h_.Restart();
  EXPECT_EQ(Status().backfill->created, 2);
  claimed_.clear();
  EXPECT_THAT(ClaimHours(), ElementsAre(-2));
  ASSERT_TRUE(h_.engine().archivist().CheckpointNow([this] { h_.Settle(); }).ok());
  h_.Restart();
  EXPECT_THAT(ClaimHours(), ElementsAre(-2)) << "redelivered";
  claimed_.erase(claimed_.begin());
  CompleteAll();
  EXPECT_THAT(ClaimHours(), ElementsAre(-1));
  CompleteAll();
  h_.Restart();
  EXPECT_FALSE(Status().backfill.has_value());
  EXPECT_EQ(Status().last_number, 4);
}

TEST_F(JobBackfillTest, IsCancelled) {
  MakeHourly();
  EXPECT_EQ(Backfill(-3 * kHour, 0), "");
  ClaimHours();
  const auto cancelled = h_.CancelBackfill("job");
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_FALSE(cancelled->status.backfill.has_value());
  EXPECT_EQ(cancelled->status.active_numbers.size(), 1U) << "what is open goes on";
  CompleteAll();
  EXPECT_THAT(ClaimHours(), ElementsAre());
  EXPECT_TRUE(h_.CancelBackfill("job").ok()) << "as it stands";
  EXPECT_EQ(Backfill(-1 * kHour, 0), "") << "another may begin";
}

TEST_F(JobBackfillTest, OneAJob) {
  MakeHourly();
  EXPECT_EQ(Backfill(-3 * kHour, 0), "");
  EXPECT_EQ(Backfill(-3 * kHour, 0), "BACKFILL_ACTIVE");
}

TEST_F(JobBackfillTest, WhatItRefuses) {
  MakeHourly();
  EXPECT_EQ(Backfill(-3 * kHour, 1), "FIELD_OUT_OF_RANGE") << "yet to come";
  EXPECT_EQ(Backfill(-kHour + 1, 0), "SCHEDULE_NEVER_FIRES") << "no occurrence";
  EXPECT_EQ(Backfill(-10'001 * kHour, 0), "FIELD_OUT_OF_RANGE") << "too many";
  EXPECT_EQ(Backfill(-10'000 * kHour, 0), "");
  EXPECT_EQ(Status().backfill->total, 10'000);
  EXPECT_EQ(Status().last_number, 2) << "lazily";
}

TEST_F(JobBackfillTest, NotOfAFixedDelay) {
  core::JobSpec spec = Every(kSec);
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(Backfill(-kHour, 0), "NO_NOMINAL_TIMES");
}

TEST_F(JobBackfillTest, WithoutWhatTheJobExcludes) {
  core::JobSpec spec = Every(kHour);
  spec.exclude = {kStart - 2 * kHour};
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Backfill(-3 * kHour, 0), "");
  EXPECT_THAT(ClaimHours(), ElementsAre(-3));
  CompleteAll();
  EXPECT_THAT(ClaimHours(), ElementsAre(-1));
}

TEST_F(JobBackfillTest, CronReachesBackBeforeTheStart) {
  core::JobSpec spec = Every(kSec);
  spec.timing = {};
  spec.timing.cron = "0 * * * *";
  ASSERT_TRUE(h_.Create(spec).ok());
  const auto begun = h_.Backfill("job", kStart - 3 * kHour, kStart);
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_EQ(begun->status.backfill->total, 3);
  EXPECT_EQ(h_.ClaimOne().scheduled_time % kHour, 0);
}

TEST_F(JobBackfillTest, ARuleHasNothingBeforeItsStart) {
  core::JobSpec spec = Every(kSec);
  spec.timing = {};
  spec.timing.rule = "FREQ=HOURLY";
  spec.start_time = kStart - 2 * kHour;
  ASSERT_TRUE(h_.Create(spec).ok());
  const auto begun = h_.Backfill("job", kStart - 100 * kHour, kStart);
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_EQ(begun->status.backfill->total, 2);
}

TEST_F(JobBackfillTest, WhilePausedAndWhenCompleted) {
  core::JobSpec spec = Every(kHour);
  spec.executions = 1;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Status().state, JobState::kCompleted);
  EXPECT_EQ(Backfill(-1 * kHour, 0), "");
  EXPECT_THAT(ClaimHours(), ElementsAre(-1));
  CompleteAll();
  EXPECT_EQ(Status().state, JobState::kCompleted);
  EXPECT_TRUE(h_.Update("job", [](core::JobSpec* s) { s->executions = 0; }).ok());
  EXPECT_TRUE(h_.Pause("job").ok());
  EXPECT_EQ(Backfill(-1 * kHour, 0), "");
  EXPECT_THAT(ClaimHours(), ElementsAre(-1));
  CompleteAll();
  EXPECT_EQ(Status().state, JobState::kPaused);
}

TEST_F(JobBackfillTest, AnUpdateOfTheTimesEndsIt) {
  MakeHourly();
  EXPECT_EQ(Backfill(-3 * kHour, 0), "");
  EXPECT_TRUE(h_.Update("job", [](core::JobSpec* spec) { spec->name = "other"; }).ok());
  EXPECT_TRUE(Status().backfill.has_value());
  EXPECT_TRUE(h_.Update("job", [](core::JobSpec* spec) { spec->timing.interval = kSec; }).ok());
  EXPECT_FALSE(Status().backfill.has_value());
}

TEST_F(JobBackfillTest, TheScheduleMeetsItsRunsAsActiveOnes) {
  MakeHourly();
  EXPECT_EQ(Backfill(-3 * kHour, 0), "");
  h_.Advance(kHour);
  EXPECT_EQ(h_.Lines("job")[0], "3 SKIPPED OVERLAP 3600000..3600000 x1");
}

TEST_F(JobBackfillTest, AnEventThatIsGoneEndsEachRun) {
  MakeHourly();
  ASSERT_TRUE(h_.DeleteEvent("event", /*force=*/true).ok());
  EXPECT_EQ(Backfill(-50 * kHour, 0), "");
  h_.Advance(1);
  EXPECT_FALSE(Status().backfill.has_value());
  EXPECT_EQ(Status().stats.failed, 50);
}

TEST_F(JobBackfillTest, ItsRunsSayWhatRangeTheyAreOfAndWhoAsked) {
  MakeHourly();
  const auto begun = h_.Backfill("job", kStart - 3 * kHour, kStart);
  ASSERT_TRUE(begun.ok()) << begun.status();
  h_.Restart();  // what is there now was in the journal
  Shard& s = h_.engine().registry().shard(core::ShardOf(begun->job.uid));
  base::MutexLock lock(&s.mu);
  const auto slot = s.Find(base::Intern(tests::kProduct), "job");
  ASSERT_TRUE(slot.has_value());
  const core::JobSnapshot job = s.SnapshotOf(*slot);
  ASSERT_EQ(job.open_runs.size(), 1);
  ASSERT_NE(job.open_runs[0].origin, nullptr);
  EXPECT_EQ(job.open_runs[0].origin->range_start, kStart - 3 * kHour);
  EXPECT_EQ(job.open_runs[0].origin->range_end, kStart);
  EXPECT_EQ(job.open_runs[0].origin->actor, tests::kCaller);
  // Of the next one, too, which is created when this one ends.
  EXPECT_EQ(s.amendments(*slot).backfill->actor, tests::kCaller);
}

}  // namespace
}  // namespace scheduler::engine
