#include "tests/conformance/executor/executor_suite.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/text.h"
#include "tests/support/attempts.h"

namespace conformance {

namespace core = scheduler::core;
namespace limits = scheduler::base::limits;
using scheduler::dispatch::AttemptResult;
using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;

core::ClaimedRun ExecutorSuite::ClaimOf(Scenario scenario, int64_t number) {
  core::ClaimedRun run = ClaimedRunOf(bench_->TargetOf(scenario), number);
  run.connections = bench_->Connections();
  return run;
}

AttemptResult ExecutorSuite::Run(Scenario scenario) {
  return Attempt(executor(), ClaimOf(scenario)).Wait();
}

void ExecutorSuite::AwaitDeliveries(size_t count) {
  while (bench_->deliveries() < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

namespace {

TEST_P(ExecutorSuite, SuccessCompletesWithTheAnswerAsOutput) {
  const AttemptResult result = Run(Scenario::kSuccess);
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(result.error, nullptr);
  EXPECT_FALSE(result.cancelled);
  ASSERT_NE(result.output, nullptr);
  EXPECT_EQ(result.output->output, bench_->SuccessOutput());
  EXPECT_FALSE(result.output->truncated);
}

TEST_P(ExecutorSuite, ManyAttemptsAtOnceEachEndOnce) {
  constexpr int kAttempts = 200;
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= kAttempts; ++i) {
    attempts.push_back(std::make_unique<Attempt>(executor(), ClaimOf(Scenario::kSuccess, i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(bench_->deliveries(), static_cast<size_t>(kAttempts));
}

TEST_P(ExecutorSuite, DeliversTheInput) {
  core::ClaimedRun run = ClaimOf(Scenario::kSuccess);
  run.input_json = R"({"order":17})";
  EXPECT_EQ(CodeOf(Attempt(executor(), run).Wait()), "COMPLETED");
  EXPECT_EQ(bench_->LastInput(), R"({"order":17})");
}

TEST_P(ExecutorSuite, DeliversTheRunsIdentity) {
  core::ClaimedRun run = ClaimOf(Scenario::kSuccess, 12);
  run.attempt = 3;
  run.token = core::MakeToken(4, 9);
  EXPECT_EQ(CodeOf(Attempt(executor(), run).Wait()), "COMPLETED");
  auto fields = bench_->LastFields();
  EXPECT_EQ(fields["idempotency-key"], core::FormatRunId(run.key));
  EXPECT_EQ(fields["ductape-product"], "default");
  EXPECT_EQ(fields["ductape-job"], "example_job");
  EXPECT_EQ(fields["ductape-run-number"], "12");
  EXPECT_EQ(fields["ductape-attempt"], "3");
  EXPECT_EQ(fields["ductape-scheduled-time"], "2025-01-02T03:04:05.678Z");
  EXPECT_EQ(fields["ductape-fencing-token"], std::to_string(run.token));
  EXPECT_EQ(fields["traceparent"], core::TraceparentOf(run.key));
}

TEST_P(ExecutorSuite, TargetsStatusGivesTheClass) {
  const std::pair<Scenario, std::string_view> expected[] = {
      {Scenario::kUnavailable, core::failure::kUnavailable},
      {Scenario::kRateLimited, core::failure::kRateLimited},
      {Scenario::kValidation, core::failure::kValidation},
      {Scenario::kNotFound, core::failure::kNotFound},
      {Scenario::kUnauthenticated, core::failure::kUnauthenticated},
      {Scenario::kForbidden, core::failure::kForbidden},
  };
  for (const auto& [scenario, code] : expected) {
    if (!bench_->Plays(scenario)) continue;
    const AttemptResult result = Run(scenario);
    EXPECT_EQ(CodeOf(result), code);
    ASSERT_NE(result.error, nullptr);
    if (bench_->HasStatus()) {
      EXPECT_NE(result.error->status, 0);
    }
    EXPECT_FALSE(result.error->message.empty());
    EXPECT_FALSE(result.error->retryable.has_value());
  }
}

TEST_P(ExecutorSuite, AHangingTargetTimesOut) {
  if (!bench_->Plays(Scenario::kHang)) GTEST_SKIP() << "not with this kind of target";
  core::ClaimedRun run = ClaimOf(Scenario::kHang);
  run.attempt_timeout = 200;
  const AttemptResult result = Attempt(executor(), run).Wait();
  EXPECT_EQ(CodeOf(result), core::failure::kTimeout);
}

TEST_P(ExecutorSuite, AHangingTargetHoldsOnlyItsOwnAttempts) {
  if (!bench_->Plays(Scenario::kHang)) GTEST_SKIP() << "not with this kind of target";
  std::vector<std::unique_ptr<Attempt>> hanging;
  for (int i = 1; i <= 50; ++i) {
    hanging.push_back(std::make_unique<Attempt>(executor(), ClaimOf(Scenario::kHang, i)));
  }
  AwaitDeliveries(50);
  EXPECT_EQ(CodeOf(Attempt(executor(), ClaimOf(Scenario::kSuccess, 100)).Wait()), "COMPLETED");
  for (const auto& attempt : hanging) executor()->Cancel(attempt->ref());
  for (const auto& attempt : hanging) EXPECT_EQ(CodeOf(attempt->Wait()), "CANCELLED");
}

TEST_P(ExecutorSuite, CancelEndsTheAttempt) {
  if (!bench_->Plays(Scenario::kHang)) GTEST_SKIP() << "not with this kind of target";
  Attempt attempt(executor(), ClaimOf(Scenario::kHang));
  AwaitDeliveries(1);
  // A token of another attempt and a run that is not here change nothing.
  executor()->Cancel({attempt.ref().key, attempt.ref().token + 1});
  executor()->Cancel({{attempt.ref().key.uid, 999}, attempt.ref().token});
  executor()->Cancel(attempt.ref());
  const AttemptResult result = attempt.Wait();
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result.completed);
  executor()->Cancel(attempt.ref());
}

TEST_P(ExecutorSuite, CancelRightAfterExecuteIsNotLost) {
  if (!bench_->Plays(Scenario::kHang)) GTEST_SKIP() << "not with this kind of target";
  for (int i = 1; i <= 20; ++i) {
    Attempt attempt(executor(), ClaimOf(Scenario::kHang, i));
    executor()->Cancel(attempt.ref());
    EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  }
}

TEST_P(ExecutorSuite, BrokenConnectionsAreConnectionFailures) {
  for (const Scenario scenario : {Scenario::kBreak, Scenario::kRefused, Scenario::kUnresolvable}) {
    if (!bench_->Plays(scenario)) continue;
    EXPECT_EQ(CodeOf(Run(scenario)), core::failure::kConnection) << static_cast<int>(scenario);
  }
}

TEST_P(ExecutorSuite, HugeAnswersAreBounded) {
  if (!bench_->Plays(Scenario::kHuge)) GTEST_SKIP() << "not with this kind of target";
  const AttemptResult result = Run(Scenario::kHuge);
  if (result.output != nullptr) {
    EXPECT_LE(result.output->output.size(), static_cast<size_t>(limits::kMaxOutputBytes));
    EXPECT_TRUE(result.output->truncated);
  }
  // Whatever it came to, it is not tried again: the target did its work.
  if (result.error != nullptr) {
    EXPECT_FALSE(core::failure::IsRetryable(*result.error, core::RetryPolicy()));
  }
}

TEST_P(ExecutorSuite, MessagesAreShortPrintableUtf8) {
  if (!bench_->Plays(Scenario::kHostileText)) GTEST_SKIP() << "not with this kind of target";
  const AttemptResult result = Run(Scenario::kHostileText);
  ASSERT_NE(result.error, nullptr);
  const std::string& message = result.error->message;
  EXPECT_LE(message.size(), static_cast<size_t>(limits::kMaxErrorMessageBytes));
  EXPECT_EQ(message, scheduler::dispatch::ToMessage(message, limits::kMaxErrorMessageBytes));
}

TEST_P(ExecutorSuite, DeniedAddressesAreNotDialled) {
  const AttemptResult result = Run(Scenario::kDenied);
  EXPECT_EQ(CodeOf(result), core::failure::kEgressDenied);
  EXPECT_NE(result.error->message.find("169.254.169.254"), std::string::npos)
      << result.error->message;
}

TEST_P(ExecutorSuite, TargetsThatCannotBeSentFailValidation) {
  EXPECT_EQ(CodeOf(Run(Scenario::kMalformed)), core::failure::kValidation);
  EXPECT_EQ(CodeOf(Run(Scenario::kWrongKind)), core::failure::kValidation);
  core::ClaimedRun without_event = ClaimOf(Scenario::kSuccess);
  without_event.event = nullptr;
  EXPECT_EQ(CodeOf(Attempt(executor(), without_event).Wait()), core::failure::kValidation);
  EXPECT_EQ(bench_->deliveries(), 0u);
}

TEST_P(ExecutorSuite, ShutdownEndsAttemptsAndTakesNoMore) {
  if (!bench_->Plays(Scenario::kHang)) GTEST_SKIP() << "not with this kind of target";
  Attempt attempt(executor(), ClaimOf(Scenario::kHang));
  AwaitDeliveries(1);
  executor()->Shutdown();
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  EXPECT_EQ(CodeOf(Run(Scenario::kSuccess)), "CANCELLED");
  executor()->Cancel(attempt.ref());
  executor()->Shutdown();
}

}  // namespace
}  // namespace conformance
