// What dispatch sees of the engine: claims and sessions.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

}  // namespace
}  // namespace scheduler::engine
