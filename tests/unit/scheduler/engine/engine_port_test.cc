// What dispatch sees of the engine: claims and sessions.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using core::ClaimResult;
using tests::Every;
using tests::kProduct;
using tests::kStart;

class EnginePortTest : public testing::Test {
 protected:
  std::vector<core::ReadyRun> Pop(core::LaneId lane = core::kHttpLane) {
    h_.Settle();
    std::vector<core::ReadyRun> runs;
    h_.engine().queue().Pop(lane, 1000, &runs);
    return runs;
  }

  tests::EngineHarness h_;
};

TEST_F(EnginePortTest, AClaimHasAllThatItsDeliveryCarries) {
  core::JobSpec spec = Every(base::kDay);
  spec.name = "a name that is long enough to stand on disk only, whatever comes";
  spec.env = "prd";
  spec.input_json = R"({"text":"an input that is too large to stand in memory"})";
  spec.attempt_timeout = 1234;
  const core::Uid uid = h_.Create(spec)->job.uid;
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_EQ(run.key, (core::RunKey{uid, 1}));
  EXPECT_EQ(core::EpochOf(run.token), h_.engine().epoch());
  EXPECT_EQ(run.attempt, 1);
  EXPECT_EQ(run.trigger, core::Trigger::kSchedule);
  EXPECT_EQ(run.scheduled_time, kStart);
  EXPECT_EQ(run.due_time, kStart);
  EXPECT_EQ(run.attempt_timeout, 1234);
  EXPECT_EQ(run.product, kProduct);
  EXPECT_EQ(run.job_tag, "job");
  EXPECT_EQ(run.job_name, spec.name);
  EXPECT_EQ(run.env, "prd");
  EXPECT_EQ(run.input_json, spec.input_json);
  ASSERT_NE(run.event, nullptr);
  EXPECT_EQ(run.event->key.tag, "event");
}

TEST_F(EnginePortTest, TheTimeoutIsTheJobsElseTheEventsElseTheDefault) {
  core::Event event = tests::HttpEvent("slow");
  event.attempt_timeout = 777;
  ASSERT_TRUE(h_.CreateEvent(event).ok());
  core::JobSpec spec = Every(base::kDay, "a");
  spec.event.tag = "slow";
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(h_.ClaimOne().attempt_timeout, 777);
  ASSERT_TRUE(h_.Create(Every(base::kDay, "b")).ok());
  EXPECT_EQ(h_.ClaimOne().attempt_timeout, base::limits::kDefaultAttemptTimeout);
}

TEST_F(EnginePortTest, ATimeoutIsNeverLongerThanTheTargetAllows) {
  ASSERT_TRUE(h_.CreateEvent(tests::WorkerEvent("own", "queue")).ok());
  core::JobSpec spec = Every(base::kDay);
  spec.event.tag = "own";
  spec.attempt_timeout = base::limits::kMaxWorkerAttemptTimeout;
  ASSERT_TRUE(h_.Create(spec).ok());
  spec = Every(base::kDay, "http");
  spec.attempt_timeout = base::limits::kMaxAttemptTimeout + 1;
  const absl::Status refused = h_.Create(spec).status();
  EXPECT_EQ(base::errors::ReasonOf(refused), "FIELD_OUT_OF_RANGE");
  EXPECT_EQ(h_.Update("job", [](auto* s) { s->event.tag = "event"; }).status().code(),
            absl::StatusCode::kInvalidArgument);
  spec.attempt_timeout = base::limits::kMaxAttemptTimeout;
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(h_.ClaimOne().attempt_timeout, base::limits::kMaxAttemptTimeout);
}

// Changes everything that a run takes from its job's definition.
void Redefine(core::JobSpec* spec) {
  spec->name = "second";
  spec->env = "second";
  spec->input_json = R"({"text":"a second input that is too large for memory"})";
  spec->attempt_timeout = 2000;
  spec->event.tag = "second";
  spec->retry.emplace().max_retries = 0;
}

class KeptDefinitionTest : public EnginePortTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(h_.CreateEvent(tests::WorkerEvent("second", "queue")).ok());
    spec_.name = "first";
    spec_.env = "first";
    spec_.input_json = R"({"text":"an input that is too large to stand in memory"})";
    spec_.attempt_timeout = 1000;
    spec_.overlap.mode = core::OverlapMode::kAllow;
    spec_.retry.emplace().max_retries = 1;
    ASSERT_TRUE(h_.Create(spec_).ok());
  }

  void ExpectFirst(const core::ClaimedRun& run) {
    EXPECT_EQ(run.key.number, 1);
    EXPECT_EQ(run.job_name, "first");
    EXPECT_EQ(run.env, "first");
    EXPECT_EQ(run.input_json, spec_.input_json);
    EXPECT_EQ(run.attempt_timeout, 1000);
    EXPECT_EQ(run.event->key.tag, "event");
  }

  core::JobSpec spec_ = Every(base::kHour);
};

TEST_F(KeptDefinitionTest, ARunUsesTheDefinitionOfItsCreation) {
  ASSERT_TRUE(h_.Update("job", Redefine).ok());
  ASSERT_TRUE(h_.Update("job", [](auto* s) { s->name = "third"; }).ok());
  core::ClaimedRun run = h_.ClaimOne();
  ExpectFirst(run);
  EXPECT_EQ(h_.GetRun(run.key)->env, "first");
  h_.Fail(run, "UNAVAILABLE");  // retried: the first definition says so
  h_.Advance(base::kMinute);
  run = h_.ClaimOne();
  ExpectFirst(run);
  h_.Complete(run);
  EXPECT_EQ(h_.GetRun(run.key)->env, "first");
  EXPECT_EQ(h_.GetRun(run.key)->generation, 1);

  h_.Advance(base::kHour);
  const core::LaneId queue = h_.engine().registry().lanes().LaneOf(kProduct, "queue");
  const core::ClaimedRun next = h_.ClaimOne(queue);
  EXPECT_EQ(next.job_name, "third");
  EXPECT_EQ(next.env, "second");
  EXPECT_EQ(next.attempt_timeout, 2000);
  h_.Fail(next, "UNAVAILABLE");
  EXPECT_EQ(h_.GetRun(next.key)->state, core::RunState::kFailed);
}

TEST_F(KeptDefinitionTest, ItIsKeptThroughRestartsAndCheckpoints) {
  ASSERT_TRUE(h_.Update("job", Redefine).ok());
  h_.Restart();
  ExpectFirst(h_.ClaimOne());
  ASSERT_TRUE(h_.engine().archivist().CheckpointNow([this] { h_.Settle(); }).ok());
  h_.Restart();
  ExpectFirst(h_.ClaimOne());
}

TEST_F(KeptDefinitionTest, ItsEventIsResolvedAtEachAttempt) {
  ASSERT_TRUE(h_.Update("job", Redefine).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Fail(run, "UNAVAILABLE");
  ASSERT_TRUE(h_.DeleteEvent("event", /*force=*/false).ok());  // no job names it any more
  h_.Advance(base::kMinute);
  EXPECT_EQ(h_.GetRun(run.key)->state, core::RunState::kFailed);
  EXPECT_EQ(h_.GetRun(run.key)->error->code, "EVENT_NOT_FOUND");
}

TEST_F(EnginePortTest, ARunIsClaimedOnce) {
  ASSERT_TRUE(h_.Create(Every(base::kDay)).ok());
  const std::vector<core::ReadyRun> ready = Pop();
  ASSERT_EQ(ready.size(), 1U);
  core::ClaimedRun out;
  EXPECT_EQ(h_.engine().Claim(ready[0], nullptr, &out), ClaimResult::kClaimed);
  EXPECT_EQ(h_.engine().Claim(ready[0], nullptr, &out), ClaimResult::kGone);
}

TEST_F(EnginePortTest, WhatHasEndedIsGone) {
  ASSERT_TRUE(h_.Create(Every(base::kDay)).ok());
  const std::vector<core::ReadyRun> ready = Pop();
  ASSERT_TRUE(h_.Cancel(ready[0].key).ok());
  core::ClaimedRun out;
  EXPECT_EQ(h_.engine().Claim(ready[0], nullptr, &out), ClaimResult::kGone);
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_EQ(h_.engine().Claim(ready[0], nullptr, &out), ClaimResult::kGone);
}

TEST_F(EnginePortTest, ARunIsNotSentBeforeItsCommit) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  h_.Complete(h_.ClaimOne());
  h_.clock().Advance(base::kSecond);
  h_.engine().StepLoop(0);
  h_.engine().StepLoop(1);
  EXPECT_EQ(h_.engine().queue().TotalSize(), 0U);
  EXPECT_EQ(Pop().size(), 1U);
}

TEST_F(EnginePortTest, LanesAreToldOfRuns) {
  h_.TakeReadyLanes();
  ASSERT_TRUE(h_.Create(Every(base::kDay)).ok());
  EXPECT_THAT(h_.TakeReadyLanes(), testing::ElementsAre(core::kHttpLane));
}

TEST_F(EnginePortTest, ASessionKeepsWhatIsCurrent) {
  for (const char* tag : {"a", "b", "c"}) ASSERT_TRUE(h_.Create(Every(base::kDay, tag)).ok());
  const std::vector<core::ClaimedRun> runs = h_.Claim();
  ASSERT_EQ(runs.size(), 3U);
  h_.Complete(runs[1]);
  std::vector<core::RunRef> refs;
  for (const core::ClaimedRun& run : runs) refs.push_back({run.key, run.token});
  refs.push_back({runs[0].key, runs[0].token + 1});
  refs.push_back({{1, 1}, 1});
  const auto kept = h_.engine().StillCurrent(kProduct, refs);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].key, runs[0].key);
  EXPECT_EQ(kept[1].key, runs[2].key);
  EXPECT_TRUE(h_.engine().StillCurrent("other", refs).empty());
  h_.Restart();
  EXPECT_TRUE(h_.engine().StillCurrent(kProduct, refs).empty());
}

TEST_F(EnginePortTest, TheWorkerIsRecorded) {
  ASSERT_TRUE(h_.Create(Every(base::kDay)).ok());
  const std::vector<core::ReadyRun> ready = Pop();
  core::ClaimedRun out;
  h_.engine().Claim(ready[0], base::Intern("worker-7"), &out);
  EXPECT_EQ(h_.GetRun(out.key)->attempts[0].worker, "worker-7");
  h_.Complete(out);
  EXPECT_EQ(h_.GetRun(out.key)->attempts[0].worker, "worker-7");
}

TEST_F(EnginePortTest, ARedeliveryIsNotClaimedBeforeItIsDurable) {
  const core::Uid uid = h_.Create(Every(base::kDay))->job.uid;
  Loop& loop = h_.engine().LoopOf(core::ShardOf(uid));
  loop.Post([](Loop& l) { l.RequeueWaiting(kProduct, tests::EventKeyOf("event")); });
  const std::vector<core::ReadyRun> ready = Pop();
  ASSERT_EQ(ready.size(), 2) << "the run waits twice";
  core::ClaimedRun run;
  ASSERT_EQ(h_.engine().Claim(ready[0], nullptr, &run), ClaimResult::kClaimed);
  h_.engine().Report("", {tests::OutcomeOf(run.key, run.token, core::Outcome::Kind::kLost)},
                     [](const std::vector<core::Refusal>&) {});
  for (int i = 0; i < h_.engine().loops(); ++i) h_.engine().StepLoop(i);  // nothing is committed
  core::ClaimedRun again;
  EXPECT_EQ(h_.engine().Claim(ready[1], nullptr, &again), ClaimResult::kGone);
  EXPECT_EQ(h_.ClaimOne().attempt, 2);
}

}  // namespace
}  // namespace scheduler::engine
