#include "scheduler/engine/run_commands.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using core::RunState;
using testing::ElementsAre;
using tests::Every;
using tests::kProduct;
using tests::kStart;
using tests::OutcomeOf;

constexpr Millis kSec = base::kSecond;

class RunCommandsTest : public testing::Test {
 protected:
  core::RunKey Make(std::optional<core::RetryPolicy> retry = std::nullopt) {
    core::JobSpec spec = Every(base::kDay);
    spec.retry = std::move(retry);
    auto job = h_.Create(std::move(spec));
    EXPECT_TRUE(job.ok()) << job.status();
    return {job->job.uid, 1};
  }
  core::RetryPolicy Retries(int count, Millis backoff = 10 * kSec) {
    core::RetryPolicy policy;
    policy.max_retries = count;
    policy.initial_backoff = backoff;
    policy.max_backoff = backoff;
    return policy;
  }
  core::Run Read(const core::RunKey& key) {
    auto run = h_.GetRun(key);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? *run : core::Run();
  }

  tests::EngineHarness h_;
};

// ---- attempts -----------------------------------------------------------------------------------

TEST_F(RunCommandsTest, ACompletedRunHasItsAttemptAndOutput) {
  const core::RunKey key = Make();
  h_.Advance(5);
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_EQ(Read(key).state, RunState::kRunning);
  h_.Advance(7);
  h_.Complete(run, "the output");
  for (int i = 0; i < 3; ++i) {  // from the buffer, from history, after a restart
    const core::Run read = Read(key);
    EXPECT_EQ(read.state, RunState::kCompleted);
    EXPECT_EQ(read.output, "the output");
    EXPECT_EQ(read.create_time, kStart);
    EXPECT_EQ(read.start_time, kStart + 5);
    EXPECT_EQ(read.end_time, kStart + 12);
    EXPECT_EQ(read.attempt_count, 1);
    ASSERT_EQ(read.attempts.size(), 1U);
    EXPECT_EQ(read.attempts[0].token, run.token);
    EXPECT_EQ(read.attempts[0].event_generation, 1);
    EXPECT_EQ(read.product, kProduct);
    EXPECT_EQ(read.job_tag, "job");
    if (i == 0) {
      ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
    }
    if (i == 1) h_.Restart();
  }
}

TEST_F(RunCommandsTest, TheTargetsOwnTimesAreTakenWhereTheyAreSound) {
  const core::RunKey key = Make();
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(100);
  core::Outcome outcome = OutcomeOf(run.key, run.token);
  outcome.start_time = kStart + 20;
  outcome.end_time = kStart + 80;
  EXPECT_EQ(h_.Report(outcome), "");
  EXPECT_EQ(Read(key).attempts[0].start_time, kStart + 20);
  EXPECT_EQ(Read(key).attempts[0].end_time, kStart + 80);
}

TEST_F(RunCommandsTest, TimesOutOfRangeAreNot) {
  const core::RunKey key = Make();
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(100);
  core::Outcome outcome = OutcomeOf(run.key, run.token);
  outcome.start_time = kStart - 20;
  outcome.end_time = kStart + 101;
  EXPECT_EQ(h_.Report(outcome), "");
  EXPECT_EQ(Read(key).attempts[0].start_time, kStart);
  EXPECT_EQ(Read(key).attempts[0].end_time, kStart + 100);
}

TEST_F(RunCommandsTest, AFailureWithoutRetriesIsFinal) {
  const core::RunKey key = Make();
  h_.Fail(h_.ClaimOne(), "UNAVAILABLE");
  EXPECT_EQ(Read(key).state, RunState::kFailed);
  EXPECT_EQ(Read(key).error->code, "UNAVAILABLE");
  EXPECT_EQ(h_.Get("job")->status.stats.failed, 1);
  EXPECT_EQ(h_.Get("job")->status.stats.consecutive_failures, 1);
}

TEST_F(RunCommandsTest, ATargetThatSaysItWasCancelled) {
  const core::RunKey key = Make();
  const core::ClaimedRun run = h_.ClaimOne();
  core::Outcome outcome = OutcomeOf(run.key, run.token, core::Outcome::Kind::kCancelled);
  EXPECT_EQ(h_.Report(outcome), "");
  EXPECT_EQ(Read(key).state, RunState::kCancelled);
}

// ---- retries ------------------------------------------------------------------------------------

TEST_F(RunCommandsTest, RetriesUntilThePolicyEnds) {
  const core::RunKey key = Make(Retries(2));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const core::ClaimedRun run = h_.ClaimOne();
    EXPECT_EQ(run.attempt, attempt);
    EXPECT_EQ(h_.Fail(run, "TIMEOUT"), "");
    if (attempt == 3) break;
    const core::Run waiting = Read(key);
    EXPECT_EQ(waiting.state, RunState::kRetryScheduled);
    EXPECT_GE(waiting.next_attempt_time, h_.now() + 5 * kSec);
    EXPECT_LE(waiting.next_attempt_time, h_.now() + 10 * kSec);
    EXPECT_EQ(waiting.attempts.size(), static_cast<size_t>(attempt));
    h_.Advance(waiting.next_attempt_time - h_.now() - 1);
    EXPECT_TRUE(h_.Claim().empty());
    h_.Advance(1);
  }
  EXPECT_EQ(Read(key).state, RunState::kFailed);
  EXPECT_EQ(Read(key).attempt_count, 3);
  EXPECT_EQ(Read(key).attempts.size(), 3U);
  EXPECT_EQ(h_.Get("job")->status.stats.retried, 2);
  EXPECT_EQ(h_.Get("job")->status.execution_count, 1);
}

TEST_F(RunCommandsTest, ClassesThatAreNotRetried) {
  const core::RunKey key = Make(Retries(5));
  h_.Fail(h_.ClaimOne(), "VALIDATION");
  EXPECT_EQ(Read(key).state, RunState::kFailed);
}

TEST_F(RunCommandsTest, RetryAfterIsHonouredUpToTheCap) {
  core::RetryPolicy policy = Retries(5, kSec);
  policy.max_backoff = base::kMinute;
  const core::RunKey key = Make(policy);
  h_.Fail(h_.ClaimOne(), "RATE_LIMITED", 30 * kSec);
  EXPECT_EQ(Read(key).next_attempt_time, h_.now() + 30 * kSec);
  h_.Advance(30 * kSec);
  h_.Fail(h_.ClaimOne(), "RATE_LIMITED", 999'999'999 * kSec);
  EXPECT_EQ(Read(key).next_attempt_time, h_.now() + base::kMinute);
}

TEST_F(RunCommandsTest, AnEventsPolicyHoldsForJobsWithoutOne) {
  core::Event event = tests::HttpEvent("retried");
  event.retry = Retries(1);
  ASSERT_TRUE(h_.CreateEvent(event).ok());
  core::JobSpec spec = Every(base::kDay);
  spec.event.tag = "retried";
  const core::RunKey key{h_.Create(spec)->job.uid, 1};
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  EXPECT_EQ(Read(key).state, RunState::kRetryScheduled);
}

TEST_F(RunCommandsTest, AWaitingRetrySurvivesARestart) {
  const core::RunKey key = Make(Retries(2));
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  const Millis due = Read(key).next_attempt_time;
  h_.Restart();
  EXPECT_EQ(Read(key).state, RunState::kRetryScheduled);
  EXPECT_EQ(Read(key).next_attempt_time, due);
  h_.Advance(due - h_.now() - 1);
  EXPECT_TRUE(h_.Claim().empty());
  h_.Advance(1);
  EXPECT_EQ(h_.ClaimOne().attempt, 2);
}

TEST_F(RunCommandsTest, OnlyTheLastAttemptsAreKept) {
  const core::RunKey key = Make(Retries(30));
  for (int attempt = 1; attempt <= 31; ++attempt) {
    h_.Fail(h_.ClaimOne(), "TIMEOUT");
    h_.Advance(10 * kSec);
  }
  const core::Run run = Read(key);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.attempt_count, 31);
  ASSERT_EQ(run.attempts.size(), 10U);
  EXPECT_EQ(run.attempts.front().attempt, 22);
  EXPECT_EQ(run.attempts.back().attempt, 31);
  EXPECT_EQ(run.start_time, kStart);
}

// ---- redelivery ---------------------------------------------------------------------------------

TEST_F(RunCommandsTest, ALostWorkerIsARedeliveryAtOnceAtMostFiveTimes) {
  const core::RunKey key = Make(Retries(3));
  uint64_t token = 0;
  for (int attempt = 1; attempt <= 6; ++attempt) {
    const core::ClaimedRun run = h_.ClaimOne();
    EXPECT_EQ(run.attempt, attempt);
    EXPECT_GT(run.token, token);
    token = run.token;
    EXPECT_EQ(h_.Lose(run), "");
    if (attempt == 3) h_.Restart();  // the count is journaled
  }
  EXPECT_EQ(Read(key).state, RunState::kFailed);
  EXPECT_EQ(Read(key).error->code, "WORKER_LOST");
  EXPECT_EQ(h_.Get("job")->status.stats.retried, 0);
}

TEST_F(RunCommandsTest, AReleaseIsNotCharged) {
  const core::RunKey key = Make();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(h_.Release(h_.ClaimOne()), "");
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Read(key).state, RunState::kCompleted);
}

TEST_F(RunCommandsTest, ARestartRedeliversAtOnceAndIsNotCharged) {
  const core::RunKey key = Make();
  for (int i = 0; i < 10; ++i) {
    const core::ClaimedRun run = h_.ClaimOne();
    h_.Restart();
    EXPECT_EQ(h_.Complete(run), "STALE_TOKEN");
  }
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Read(key).state, RunState::kCompleted);
}

TEST_F(RunCommandsTest, ARestartInARetryRedeliversThatAttempt) {
  const core::RunKey key = Make(Retries(1));
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  h_.Advance(10 * kSec);
  const core::ClaimedRun second = h_.ClaimOne();
  h_.Restart();
  const core::ClaimedRun again = h_.ClaimOne();
  EXPECT_EQ(again.attempt, 2);
  EXPECT_GT(again.token, second.token);
  h_.Fail(again, "TIMEOUT");
  EXPECT_EQ(Read(key).state, RunState::kFailed);
}

// ---- what is refused ----------------------------------------------------------------------------

TEST_F(RunCommandsTest, OldTokensAreStale) {
  Make();
  const core::ClaimedRun first = h_.ClaimOne();
  h_.Lose(first);
  EXPECT_EQ(h_.Complete(first), "STALE_TOKEN");  // before the second attempt
  const core::ClaimedRun second = h_.ClaimOne();
  EXPECT_EQ(h_.Complete(first), "STALE_TOKEN");
  EXPECT_EQ(h_.Lose(first), "STALE_TOKEN");
  EXPECT_EQ(h_.Complete(second), "");
  EXPECT_EQ(h_.Complete(second), "UNKNOWN_RUN");  // twice
}

TEST_F(RunCommandsTest, AnotherProductsRunIsRefused) {
  Make();
  const core::ClaimedRun run = h_.ClaimOne();
  const core::Outcome outcome = OutcomeOf(run.key, run.token);
  EXPECT_EQ(h_.Report(outcome, "other"), "OTHER_PRODUCT");
  EXPECT_EQ(h_.Report(outcome, kProduct), "");
}

TEST_F(RunCommandsTest, RunsThatNeverWere) {
  const core::RunKey key = Make();
  EXPECT_EQ(h_.Report(OutcomeOf({key.uid, 2}, 1)), "UNKNOWN_RUN");
  EXPECT_EQ(h_.Report(OutcomeOf({key.uid + 256, 1}, 1)), "UNKNOWN_RUN");
  EXPECT_EQ(h_.Report(OutcomeOf({0, 0}, 0)), "UNKNOWN_RUN");
  EXPECT_EQ(h_.Report(OutcomeOf(key, 0)), "STALE_TOKEN");  // not claimed yet
}

TEST_F(RunCommandsTest, OneReportOverAllLoops) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(h_.Create(Every(base::kDay, "job" + std::to_string(i))).ok());
  }
  std::vector<core::Outcome> outcomes;
  for (const core::ClaimedRun& run : h_.Claim()) outcomes.push_back(OutcomeOf(run.key, run.token));
  ASSERT_EQ(outcomes.size(), 20U);
  outcomes[7].token = 5;
  outcomes[13].key.number = 9;
  int answers = 0;
  std::vector<std::string> reasons;
  h_.engine().Report("", outcomes, [&](std::vector<core::Refusal> refused) {
    ++answers;
    for (const core::Refusal& r : refused) reasons.push_back(r.reason);
  });
  h_.Settle();
  EXPECT_EQ(answers, 1);
  EXPECT_THAT(reasons, testing::UnorderedElementsAre("STALE_TOKEN", "UNKNOWN_RUN"));
  EXPECT_EQ(h_.engine().registry().open_runs.load(), 2);
}

TEST_F(RunCommandsTest, AnEmptyReportIsAnswered) {
  bool answered = false;
  h_.engine().Report("", {},
                     [&](std::vector<core::Refusal> refused) { answered = refused.empty(); });
  EXPECT_TRUE(answered);
}

// ---- cancel -------------------------------------------------------------------------------------

TEST_F(RunCommandsTest, CancelsWhatWaits) {
  const core::RunKey key = Make();
  h_.Settle();
  const auto cancelled = h_.Cancel(key);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->state, RunState::kCancelled);
  EXPECT_EQ(cancelled->reason, "REQUESTED");
  EXPECT_TRUE(h_.TakeCancels().empty());
  EXPECT_TRUE(h_.Claim().empty());
  EXPECT_EQ(Read(key).attempt_count, 0);
  EXPECT_EQ(Read(key).start_time, 0);
  EXPECT_EQ(h_.Get("job")->status.stats.cancelled, 1);
}

TEST_F(RunCommandsTest, CancelsWhatRuns) {
  const core::RunKey key = Make();
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(9);
  const auto cancelled = h_.Cancel(key);
  ASSERT_TRUE(cancelled.ok());
  ASSERT_EQ(cancelled->attempts.size(), 1U);
  EXPECT_EQ(cancelled->attempts[0].end_time, kStart + 9);
  const auto cancels = h_.TakeCancels();
  ASSERT_EQ(cancels.size(), 1U);
  EXPECT_EQ(cancels[0].token, run.token);
  EXPECT_EQ(h_.Complete(run), "UNKNOWN_RUN");
  const core::Run read = Read(key);
  EXPECT_EQ(read.attempts.size(), 1U);
  EXPECT_EQ(read.attempts[0].end_time, kStart + 9);
}

TEST_F(RunCommandsTest, CancelsAWaitingRetry) {
  const core::RunKey key = Make(Retries(3));
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  const auto cancelled = h_.Cancel(key);
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(cancelled->next_attempt_time, 0);
  h_.Advance(base::kHour);
  EXPECT_TRUE(h_.Claim().empty());
}

TEST_F(RunCommandsTest, CancellingAgainIsTheSame) {
  const core::RunKey key = Make();
  ASSERT_TRUE(h_.Cancel(key).ok());
  const auto again = h_.Cancel(key);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->state, RunState::kCancelled);
}

TEST_F(RunCommandsTest, WhatHasEndedIsNotCancelled) {
  const core::RunKey key = Make();
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(ReasonOf(h_.Cancel(key).status()), "RUN_ENDED");
  EXPECT_EQ(ReasonOf(h_.Cancel({key.uid, 7}).status()), "RUN_NOT_FOUND");
}

TEST_F(RunCommandsTest, AnotherProductsRunIsNotFound) {
  const core::RunKey key = Make();
  const auto other = h_.Await<core::Run>([&](Reply<core::Run> reply) {
    h_.service().Cancel(CancelRun{"other", key, "", {}}, std::move(reply));
  });
  EXPECT_EQ(ReasonOf(other.status()), "RUN_NOT_FOUND");
}

TEST_F(RunCommandsTest, ACancelsRequestIdIsRemembered) {
  const core::RunKey key = Make();
  const auto cancel = [&](uint64_t body) {
    return h_.Await<core::Run>([&](Reply<core::Run> reply) {
      h_.service().Cancel(CancelRun{kProduct, key, "because", {"id", body}}, std::move(reply));
    });
  };
  const auto first = cancel(1);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->error->message, "because");
  EXPECT_EQ(cancel(1)->state, RunState::kCancelled);
  EXPECT_EQ(ReasonOf(cancel(2).status()), "REQUEST_ID_REUSED");
}

// ---- manual runs --------------------------------------------------------------------------------

TEST_F(RunCommandsTest, ManualRunsDoNotCountOrMoveTheSchedule) {
  core::JobSpec spec = Every(10 * kSec);
  spec.executions = 2;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Complete(h_.ClaimOne());
  h_.Advance(3 * kSec);
  const auto manual = h_.RunNow("job");
  ASSERT_TRUE(manual.ok()) << manual.status();
  EXPECT_EQ(manual->trigger, core::Trigger::kManual);
  EXPECT_EQ(manual->key.number, 2);
  EXPECT_EQ(manual->scheduled_time, kStart + 3 * kSec);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(h_.Get("job")->status.execution_count, 1);
  EXPECT_EQ(h_.Get("job")->status.next_run_time, kStart + 10 * kSec);
  h_.Advance(7 * kSec);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(h_.Get("job")->status.state, core::JobState::kCompleted);
  ASSERT_TRUE(h_.RunNow("job").ok());  // in every state
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(h_.Get("job")->status.state, core::JobState::kCompleted);
  EXPECT_EQ(h_.Get("job")->status.stats.completed, 4);
}

TEST_F(RunCommandsTest, ManualRunsSayWhoAskedForThem) {
  ASSERT_TRUE(h_.Create(Every(10 * kSec)).ok());
  const core::ClaimedRun scheduled = h_.ClaimOne();
  EXPECT_EQ(h_.GetRun(scheduled.key)->requested_by, "");
  h_.Complete(scheduled);
  const auto manual = h_.RunNow("job");
  ASSERT_TRUE(manual.ok()) << manual.status();
  EXPECT_EQ(manual->requested_by, tests::kCaller);
  h_.Restart();  // what is there now was in the journal
  EXPECT_EQ(h_.GetRun(manual->key)->requested_by, tests::kCaller);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(h_.GetRun(manual->key)->requested_by, tests::kCaller);  // not sealed yet
  h_.Advance(20 * kSec);
  h_.Restart();
  EXPECT_EQ(h_.GetRun(manual->key)->requested_by, tests::kCaller);
  EXPECT_EQ(h_.GetRun(scheduled.key)->requested_by, "");
}

TEST_F(RunCommandsTest, ManualRunsHonourOverlapUnlessToldOtherwise) {
  Make();
  h_.ClaimOne();
  EXPECT_EQ(ReasonOf(h_.RunNow("job").status()), "RUN_ACTIVE");
  EXPECT_TRUE(h_.RunNow("job", core::OverlapPolicy{core::OverlapMode::kAllow, 2}).ok());
  EXPECT_EQ(h_.Claim().size(), 1U);
  EXPECT_EQ(ReasonOf(h_.RunNow("job", core::OverlapPolicy{core::OverlapMode::kAllow, 2}).status()),
            "RUN_ACTIVE");
  const auto buffered = h_.RunNow("job", core::OverlapPolicy{core::OverlapMode::kBufferOne, 1});
  ASSERT_TRUE(buffered.ok());
  EXPECT_EQ(buffered->state, RunState::kScheduled);
  EXPECT_EQ(
      ReasonOf(h_.RunNow("job", core::OverlapPolicy{core::OverlapMode::kBufferOne, 1}).status()),
      "RUN_ACTIVE");
}

TEST_F(RunCommandsTest, AManualRunBlocksTheSchedule) {
  ASSERT_TRUE(h_.Create(Every(10 * kSec)).ok());
  h_.Complete(h_.ClaimOne());
  ASSERT_TRUE(h_.RunNow("job").ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(25 * kSec);
  h_.Complete(run);
  EXPECT_EQ(h_.Lines("job")[0], "3 SKIPPED OVERLAP 10000..20000 x2");
}

TEST_F(RunCommandsTest, AManualRunMayHaveItsOwnInput) {
  core::JobSpec spec = Every(base::kDay);
  spec.input_json = R"({"a":1})";
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(h_.ClaimOne().input_json, R"({"a":1})");
  RunJob command;
  command.product = kProduct;
  command.tag = "job";
  command.input_json = "";
  command.overlap = core::OverlapPolicy{core::OverlapMode::kAllow, 10};
  for (const char* input : {"", R"({"b":2})"}) {
    command.input_json = input;
    ASSERT_TRUE(h_.Await<core::Run>([&](Reply<core::Run> reply) {
                    h_.service().Run(command, std::move(reply));
                  }).ok());
    h_.Restart();  // the input is journaled
    const std::vector<core::ClaimedRun> runs = h_.Claim();
    EXPECT_EQ(runs.back().input_json, input);
  }
}

}  // namespace
}  // namespace scheduler::engine
