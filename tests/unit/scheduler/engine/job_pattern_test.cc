// Jobs whose times are a cron pattern or a calendar rule, and times that a job excludes.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/core/schedule/jittering_schedule.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::DetailOf;
using base::errors::ReasonOf;
using core::JobState;
using testing::ElementsAre;
using tests::Every;
using tests::kStart;

constexpr Millis kSec = base::kSecond;
constexpr Millis kMin = base::kMinute;
// kStart is 2023-11-14T22:13:20Z, a Tuesday.
constexpr Millis kNextMinute = kStart + 40 * kSec;

core::JobSpec Cron(const std::string& pattern, const std::string& tag = "job") {
  core::JobSpec spec = Every(kSec, tag);
  spec.timing = {};
  spec.timing.cron = pattern;
  return spec;
}

core::JobSpec Rule(const std::string& rule) {
  core::JobSpec spec = Cron("");
  spec.timing.rule = rule;
  return spec;
}

class JobPatternTest : public testing::Test {
 protected:
  // The scheduled times of the runs that come while `millis` pass, in seconds since kStart.
  std::vector<Millis> RunFor(Millis millis, Millis step = kSec) {
    std::vector<Millis> times;
    for (Millis passed = 0; passed < millis; passed += step) {
      h_.Advance(step);
      for (const core::ClaimedRun& run : h_.Claim()) {
        times.push_back((run.scheduled_time - kStart) / kSec);
        EXPECT_EQ(h_.Complete(run), "");
      }
    }
    return times;
  }

  tests::EngineHarness h_;
};

TEST_F(JobPatternTest, ACronJobFiresAtItsTimes) {
  const auto job = h_.Create(Cron("* * * * *"));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->status.execution_count, 0);
  EXPECT_EQ(job->status.next_run_time, kNextMinute);
  EXPECT_THAT(RunFor(3 * kMin), ElementsAre(40, 100, 160));
}

TEST_F(JobPatternTest, ARuleCountsFromItsStart) {
  core::JobSpec spec = Rule("FREQ=SECONDLY;INTERVAL=25;COUNT=3");
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_THAT(RunFor(2 * kMin), ElementsAre(0, 25, 50));
  EXPECT_EQ(h_.Get("job")->status.state, JobState::kCompleted);
  EXPECT_EQ(h_.Get("job")->status.state_reason, "SCHEDULE_EXHAUSTED");
}

TEST_F(JobPatternTest, LocalTimesFollowTheirZone) {
  core::JobSpec spec = Cron("0 9 * * *");
  spec.time_zone = "Asia/Kathmandu";  // UTC+05:45
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(h_.Get("job")->status.next_run_time, 1'700'018'100'000);  // 2023-11-15T03:15:00Z
}

TEST_F(JobPatternTest, WhatCannotBeReadIsRefused) {
  struct Case {
    core::JobSpec spec;
    std::string reason;
    std::string field;
  };
  std::vector<Case> cases = {
      {Cron("61 * * * *"), "FIELD_INVALID", "job.cron"},
      {Cron("0 0 30 2 *"), "SCHEDULE_NEVER_FIRES", "job.cron"},
      {Cron("0 0 0 1 1 * 1999"), "SCHEDULE_NEVER_FIRES", "job.cron"},
      {Rule("FREQ=OFTEN"), "FIELD_INVALID", "job.rule"},
      {Rule("FREQ=DAILY;UNTIL=20000101T000000Z"), "SCHEDULE_NEVER_FIRES", "job.rule"},
      {Cron("* * * * *"), "FIELD_INVALID", "job.time_zone"},
      {Cron("0 0 1 1 *"), "SCHEDULE_NEVER_FIRES", "job.end_time"},
      {Cron("0 0 1 1 * 2024"), "SCHEDULE_NEVER_FIRES", "job.exclude"},
  };
  cases[5].spec.time_zone = "Mars/Phobos";
  cases[6].spec.end_time = kStart + kMin;
  cases[7].spec.timing.cron = "0 0 0 1 1 * 2024";
  cases[7].spec.exclude = {1'704'067'200'000};
  for (const Case& c : cases) {
    const auto job = h_.Create(c.spec);
    ASSERT_FALSE(job.ok()) << c.spec.timing.cron << c.spec.timing.rule;
    EXPECT_EQ(ReasonOf(job.status()), c.reason) << job.status();
    EXPECT_EQ(DetailOf(job.status()).field, c.field) << job.status();
  }
  EXPECT_EQ(h_.engine().registry().jobs.load(), 0);
}

TEST_F(JobPatternTest, ExcludedTimesHaveNoRun) {
  core::JobSpec spec = Every(10 * kSec);
  spec.exclude = {kStart, kStart + 10 * kSec, kStart + 30 * kSec, kStart + 35 * kSec};
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_THAT(RunFor(kMin), ElementsAre(20, 40, 50, 60));
  spec = Cron("*/10 * * * * *", "cron");
  spec.exclude = {kStart + 70 * kSec};
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(h_.Get("cron")->status.next_run_time, kStart + 80 * kSec);
  h_.Restart();
  ASSERT_TRUE(h_.Pause("job").ok());
  EXPECT_THAT(RunFor(20 * kSec), ElementsAre(60, 80));
}

TEST_F(JobPatternTest, JitterDelaysEachRunByItsOwnTime) {
  core::JobSpec spec = Cron("* * * * *");
  spec.jitter = 40 * kSec;
  const auto job = h_.Create(spec);
  ASSERT_TRUE(job.ok()) << job.status();
  const core::Uid uid = job->status.uid;
  for (Millis nominal = kNextMinute; nominal < kNextMinute + 5 * kMin; nominal += kMin) {
    const Millis due = nominal + core::JitterOf(uid, nominal, spec.jitter);
    EXPECT_EQ(h_.Get("job")->status.next_run_time, due);
    h_.Advance(due - 1 - h_.now());
    EXPECT_TRUE(h_.Claim().empty());
    if (nominal == kNextMinute + kMin) h_.Restart();  // it stays the same
    h_.Advance(1);
    h_.Complete(h_.ClaimOne());
  }
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("5 COMPLETED SCHEDULE 280000", "4 COMPLETED SCHEDULE 220000",
                          "3 COMPLETED SCHEDULE 160000", "2 COMPLETED SCHEDULE 100000",
                          "1 COMPLETED SCHEDULE 40000"));
}

TEST_F(JobPatternTest, APauseTakesWhatWasDueAndLeavesWhatIsToCome) {
  core::JobSpec spec = Cron("* * * * *");
  spec.jitter = 50 * kSec;
  const auto job = h_.Create(spec);
  ASSERT_TRUE(job.ok()) << job.status();
  const Millis late = core::JitterOf(job->status.uid, kNextMinute, spec.jitter);
  ASSERT_GT(late, 2);
  ASSERT_TRUE(h_.Pause("job").ok());
  h_.Advance(kNextMinute + late - 1 - kStart);
  ASSERT_TRUE(h_.Resume("job").ok());
  EXPECT_EQ(h_.Get("job")->status.next_run_time, kNextMinute + late);
  ASSERT_TRUE(h_.Pause("job").ok());
  h_.Advance(1);
  ASSERT_TRUE(h_.Resume("job").ok());
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 SKIPPED PAUSED 40000..40000 x1"));
}

TEST_F(JobPatternTest, AnUpdateChangesTheKindOfTiming) {
  ASSERT_TRUE(h_.Create(Every(kMin)).ok());
  EXPECT_THAT(RunFor(10 * kSec), ElementsAre(0));
  const auto cron = h_.Update("job", [](core::JobSpec* spec) {
    spec->timing = {};
    spec->timing.cron = "*/15 * * * * *";
    spec->time_zone = "Europe/Berlin";
  });
  ASSERT_TRUE(cron.ok()) << cron.status();
  EXPECT_EQ(cron->job.generation, 2);
  EXPECT_THAT(RunFor(30 * kSec), ElementsAre(25, 40));  // 10 is the time of the commit
  const auto same =
      h_.Update("job", [](core::JobSpec* spec) { spec->timing.cron = "*/15 * * * * *"; });
  EXPECT_EQ(same->job.generation, 2);
  const auto zone = h_.Update("job", [](core::JobSpec* spec) { spec->time_zone = ""; });
  EXPECT_EQ(zone->job.generation, 3);
  const auto bad = h_.Update("job", [](core::JobSpec* spec) { spec->timing.cron = "* * *"; });
  EXPECT_EQ(ReasonOf(bad.status()), "FIELD_INVALID");
  EXPECT_THAT(RunFor(30 * kSec), ElementsAre(55, 70));
}

TEST_F(JobPatternTest, SurvivesACrashWithItsSchedule) {
  core::JobSpec spec = Cron("H/20 * * * * *");
  spec.time_zone = "America/New_York";
  spec.dst = {core::DstGap::kSkip, core::DstFold::kBoth};
  ASSERT_TRUE(h_.Create(spec).ok());
  const std::vector<Millis> before = RunFor(kMin);
  ASSERT_EQ(before.size(), 3u);
  h_.Restart();
  const auto job = h_.Get("job");
  EXPECT_EQ(job->job.spec.timing.cron, "H/20 * * * * *");  // as it was written
  EXPECT_EQ(job->job.spec.dst, spec.dst);
  EXPECT_THAT(RunFor(kMin), ElementsAre(before[0] + 60, before[1] + 60, before[2] + 60));
}

TEST_F(JobPatternTest, JobsOfOnePatternShareIt) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(h_.Create(Cron("0 9 * * MON-FRI", "job" + std::to_string(i))).ok());
    ASSERT_TRUE(h_.Create(Cron("0  9 * * 1,2,3,4,5", "alias" + std::to_string(i))).ok());
  }
  EXPECT_EQ(h_.engine().registry().tables().patterns.size(), 1u);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(h_.Delete("job" + std::to_string(i)).ok());
    ASSERT_TRUE(h_.Delete("alias" + std::to_string(i)).ok());
  }
  EXPECT_EQ(h_.engine().registry().tables().patterns.size(), 0u);
}

TEST_F(JobPatternTest, WhatPassedWhileItWasDownIsOneRecord) {
  ASSERT_TRUE(h_.Create(Cron("*/10 * * * * *")).ok());
  h_.Crash();
  h_.clock().Advance(kMin + 5 * kSec);
  ASSERT_TRUE(h_.Open().ok());
  h_.Settle();
  // 22:13:20, the creation, has a run that is delivered again. Of the six times since then the last is
  // tried, and skipped since that run is active.
  EXPECT_THAT(h_.Lines("job"),
              ElementsAre("3 SKIPPED OVERLAP 60000..60000 x1", "2 MISSED CATCHUP 10000..50000 x5",
                          "1 QUEUED SCHEDULE 0"));
}

}  // namespace
}  // namespace scheduler::engine
