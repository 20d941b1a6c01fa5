#include <string>
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
using tests::kProduct;
using tests::kStart;

class JobCreateTest : public testing::Test {
 protected:
  tests::EngineHarness h_;
};

TEST_F(JobCreateTest, AnswersWithTheJob) {
  core::JobSpec spec = Every(1000);
  spec.labels["team"] = "a";
  spec.input_json = R"({"k":"a value that is too long to stand in memory"})";
  const auto job = h_.Create(spec);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_NE(job->job.uid, 0U);
  EXPECT_EQ(job->job.generation, 1);
  EXPECT_EQ(job->job.create_time, kStart);
  EXPECT_EQ(job->job.spec.start_time, kStart);
  EXPECT_EQ(job->status.state, JobState::kActive);
  EXPECT_EQ(job->status.execution_count, 1);  // the first run is immediate
  EXPECT_THAT(job->status.active_numbers, ElementsAre(1));
  const auto read = h_.Get("job");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->job.spec, job->job.spec);
  EXPECT_EQ(EtagOf(read->status), EtagOf(job->status));
}

TEST_F(JobCreateTest, ATagIsUniqueInItsProduct) {
  ASSERT_TRUE(h_.Create(Every(1000)).ok());
  const auto twin = h_.Create(Every(1000));
  EXPECT_EQ(twin.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(twin.status()), "JOB_ALREADY_EXISTS");
  EXPECT_TRUE(h_.Create(Every(1000, "Job")).ok());  // case counts
}

TEST_F(JobCreateTest, TheEventMustExist) {
  core::JobSpec spec = Every(1000);
  spec.event.tag = "other";
  EXPECT_EQ(ReasonOf(h_.Create(spec).status()), "EVENT_NOT_FOUND");
  spec = Every(1000);
  spec.event.type = core::EventType::kFunction;
  EXPECT_EQ(ReasonOf(h_.Create(spec).status()), "EVENT_NOT_FOUND");
  EXPECT_EQ(h_.engine().registry().jobs.load(), 0);
}

TEST_F(JobCreateTest, ValidateOnlyChangesNothing) {
  CreateJob command;
  command.spec = Every(1000);
  command.validate_only = true;
  const auto job = h_.Await<JobView>(
      [&](Reply<JobView> reply) { h_.service().Create(command, std::move(reply)); });
  EXPECT_TRUE(job.ok());
  EXPECT_TRUE(absl::IsNotFound(h_.Get("job").status()));
  EXPECT_TRUE(h_.DeleteEvent("event", false).ok());  // no reference stayed
}

TEST_F(JobCreateTest, AStartTimeInThePastGivesThePhaseOnly) {
  core::JobSpec spec = Every(10'000);
  spec.start_time = kStart - 1'000'003;
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_EQ(h_.Get("job")->status.next_run_time, kStart + 9'997);
  h_.Advance(9'997);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 QUEUED SCHEDULE 9997"));
}

TEST_F(JobCreateTest, AStartTimeInTheFutureIsWaitedFor) {
  core::JobSpec spec = Every(1000);
  spec.start_time = kStart + 5000;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Advance(4999);
  EXPECT_TRUE(h_.Lines("job").empty());
  h_.Advance(1);
  EXPECT_THAT(h_.Lines("job"), ElementsAre("1 QUEUED SCHEDULE 5000"));
}

TEST_F(JobCreateTest, RequestIdsMakeItIdempotent) {
  const auto first = h_.Create(Every(1000), "request");
  ASSERT_TRUE(first.ok());
  const auto again = h_.Create(Every(1000), "request");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->job.uid, first->job.uid);
  h_.Restart();
  EXPECT_TRUE(h_.Create(Every(1000), "request").ok());
  EXPECT_FALSE(h_.Create(Every(1000), "another").ok());
}

// ---- what can never fire ------------------------------------------------------------------------

struct NeverCase {
  std::string name;
  std::function<void(core::JobSpec*)> change;
  std::string field;
};

void PrintTo(const NeverCase& c, std::ostream* os) { *os << c.name; }

class JobNeverFires : public testing::TestWithParam<NeverCase> {};

TEST_P(JobNeverFires, IsRefused) {
  tests::EngineHarness h;
  core::JobSpec spec = Every(1000);
  GetParam().change(&spec);
  const auto job = h.Create(spec);
  EXPECT_EQ(job.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(job.status()), "SCHEDULE_NEVER_FIRES");
  EXPECT_EQ(base::errors::DetailOf(job.status()).field, GetParam().field);
  EXPECT_TRUE(absl::IsNotFound(h.Get("job").status()));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, JobNeverFires,
    testing::Values(NeverCase{"EndNow", [](auto* s) { s->end_time = kStart; }, "job.end_time"},
                    NeverCase{"EndInThePast", [](auto* s) { s->end_time = kStart - 1; },
                              "job.end_time"},
                    NeverCase{"EndBeforeTheStart",
                              [](auto* s) {
                                s->start_time = kStart + 10;
                                s->end_time = kStart + 10;
                              },
                              "job.end_time"},
                    NeverCase{"NothingBetween",
                              [](auto* s) {
                                s->start_time = kStart - 1;  // next is at +999
                                s->end_time = kStart + 999;
                              },
                              "job.end_time"},
                    NeverCase{"TimesLongPast",
                              [](auto* s) { s->timing = At({kStart - base::kMinute - 1}).timing; },
                              "job.times"},
                    NeverCase{"TimesBeforeTheStart",
                              [](auto* s) {
                                s->timing = At({kStart + 1}).timing;
                                s->start_time = kStart + 2;
                              },
                              "job.times"},
                    NeverCase{"TimesAfterTheEnd",
                              [](auto* s) {
                                s->timing = At({kStart + 5}).timing;
                                s->end_time = kStart + 5;
                              },
                              "job.times"}),
    [](const auto& info) { return info.param.name; });

// ---- given times --------------------------------------------------------------------------------

TEST_F(JobCreateTest, TimesThatHaveJustPassedBecomeOneNow) {
  const auto job =
      h_.Create(At({kStart - base::kMinute - 1, kStart - base::kMinute, kStart - 3, kStart + 100}));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_THAT(job->job.spec.timing.times, ElementsAre(kStart, kStart + 100));
  h_.Complete(h_.ClaimOne());
  h_.Advance(100);
  h_.Complete(h_.ClaimOne());
  EXPECT_THAT(h_.Lines("job"), ElementsAre("2 COMPLETED SCHEDULE 100", "1 COMPLETED SCHEDULE 0"));
  EXPECT_EQ(h_.Get("job")->status.state, JobState::kCompleted);
}

TEST_F(JobCreateTest, NowIsThereOnce) {
  const auto job = h_.Create(At({kStart - 3, kStart}));
  ASSERT_TRUE(job.ok());
  EXPECT_THAT(job->job.spec.timing.times, ElementsAre(kStart));
}

TEST(SettleTimingTest, LeavesIntervalsAlone) {
  core::JobSpec spec = Every(1000);
  SettleTiming(&spec, 77);
  EXPECT_EQ(spec.start_time, 77);
  SettleTiming(&spec, 99);
  EXPECT_EQ(spec.start_time, 77);
}

// An update: the list before it, the list it gives, what is decided, and what comes of it.
struct ListCase {
  std::string name;
  std::vector<Millis> before, given;
  Millis cursor = 0;
  std::vector<Millis> settled;
};

void PrintTo(const ListCase& c, std::ostream* os) { *os << c.name; }

class SettleUpdated : public testing::TestWithParam<ListCase> {};

TEST_P(SettleUpdated, Gives) {
  const ListCase& c = GetParam();
  core::JobSpec before = At(c.before);
  before.start_time = 0;
  core::JobSpec spec = before;
  spec.timing.times = c.given;
  SettleUpdatedTiming(&spec, before, c.cursor, 1'000'000);
  EXPECT_EQ(spec.timing.times, c.settled);
}

constexpr Millis kNow = 1'000'000;

INSTANTIATE_TEST_SUITE_P(
    Cases, SettleUpdated,
    testing::Values(
        ListCase{"Same", {kNow - 5, kNow + 5}, {kNow - 5, kNow + 5}, 0, {kNow - 5, kNow + 5}},
        ListCase{"WhatIsDecidedDoesNotComeAgain",
                 {kNow - 5, kNow + 5},
                 {kNow - 5, kNow + 5, kNow + 9},
                 kNow - 5,
                 {kNow + 5, kNow + 9}},
        ListCase{"ANewTimeThatHasJustPassedIsNow",
                 {kNow + 5},
                 {kNow - 30'000, kNow + 5},
                 0,
                 {kNow, kNow + 5}},
        ListCase{"AnOldListThatIsOverIsTheSame",
                 {kNow - 90'000, kNow + 5},
                 {kNow + 5},
                 kNow - 90'000,
                 {kNow - 90'000, kNow + 5}},
        ListCase{"NowWasDecided", {kNow}, {kNow - 9, kNow, kNow + 5}, kNow, {kNow + 1, kNow + 5}},
        ListCase{"FromAnInterval", {}, {kNow + 5}, kNow - 5, {kNow + 5}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace scheduler::engine
