// What goes wrong between the executor and AWS Lambda, and attempts that end before their answer.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/integration/dispatch/function/lambda_fixture.h"
#include "tests/support/eventually.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;
using support::HttpServerAnswer;
using Kind = HttpServerAnswer::Kind;

class LambdaFaultsTest : public LambdaFixture {
 protected:
  void Misbehave(Kind kind) {
    HttpServerAnswer answer;
    answer.kind = kind;
    answer.body = R"({"pages":3})";
    Answer(answer);
  }
  AttemptResult RunFor(base::Millis timeout) {
    core::ClaimedRun run = RunOf();
    run.attempt_timeout = timeout;
    return support::Attempt(&executor_, run).Wait();
  }
};

TEST_F(LambdaFaultsTest, SilenceBeforeAndWithinAnAnswerTimesOut) {
  for (const Kind kind : {Kind::kHang, Kind::kHangInBody, Kind::kDrip}) {
    Misbehave(kind);
    EXPECT_EQ(CodeOf(RunFor(200)), "TIMEOUT") << static_cast<int>(kind);
  }
}

TEST_F(LambdaFaultsTest, ABrokenConnectionIsAConnectionFailure) {
  Misbehave(Kind::kCloseInBody);
  EXPECT_EQ(CodeOf(Run()), "CONNECTION");
  Misbehave(Kind::kReset);
  core::ClaimedRun second = RunOf();
  second.attempt = 2;
  EXPECT_EQ(CodeOf(support::Attempt(&executor_, second).Wait()), "CONNECTION");
}

TEST_F(LambdaFaultsTest, AKeptConnectionThatWasClosedGivesTheRunBack) {
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  Misbehave(Kind::kClose);
  EXPECT_EQ(CodeOf(Run()), "RELEASED");
}

TEST_F(LambdaFaultsTest, WhatIsNoHttpIsUnavailable) {
  HttpServerAnswer answer;
  answer.kind = Kind::kRaw;
  answer.body = "SSH-2.0-OpenSSH_9.2\r\n";
  Answer(answer);
  const AttemptResult result = RunFor(5000);
  EXPECT_TRUE(CodeOf(result) == "UNAVAILABLE" || CodeOf(result) == "CONNECTION") << CodeOf(result);
}

TEST_F(LambdaFaultsTest, ARedirectIsNotFollowed) {
  HttpServerAnswer answer;
  answer.status = 307;
  answer.headers = {{"Location", "http://169.254.169.254/latest/meta-data/"}};
  Answer(answer);
  EXPECT_EQ(CodeOf(Run()), "VALIDATION");
  EXPECT_EQ(server_.request_count(), 1u);
}

TEST_F(LambdaFaultsTest, AnEndlessAnswerIsCut) {
  Misbehave(Kind::kEndless);
  const AttemptResult result = Run();
  EXPECT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_TRUE(result.output->truncated);
}

TEST_F(LambdaFaultsTest, AHangingEndpointHoldsOnlyItsOwnAttempts) {
  Misbehave(Kind::kHang);
  std::vector<std::unique_ptr<support::Attempt>> hanging;
  for (int i = 1; i <= 20; ++i) {
    hanging.push_back(std::make_unique<support::Attempt>(&executor_, RunOf(i)));
  }
  ASSERT_TRUE(support::Eventually([&] { return server_.request_count() == 20u; }));
  support::HttpServer other([](const support::HttpServerRequest& /*request*/) {
    HttpServerAnswer answer;
    answer.body = "1";
    return answer;
  });
  settings_.endpoint = other.url("/below");
  EXPECT_EQ(CodeOf(support::Attempt(&executor_, RunOf(100)).Wait()), "COMPLETED");
  EXPECT_EQ(other.requests().at(0).target, "/below/2015-03-31/functions/report%3Alive/invocations");
  for (const auto& attempt : hanging) executor_.Cancel(attempt->ref());
  for (const auto& attempt : hanging) EXPECT_EQ(CodeOf(attempt->Wait()), "CANCELLED");
  EXPECT_TRUE(support::Eventually([&] { return server_.open() == 0; }));
}

// A secret's file that hangs until it is told to go on.
class SlowSecrets final : public secrets::SecretSource {
 public:
  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& /*connection*/,
                                        const std::string& /*place*/,
                                        const core::Secret& secret) override {
    if (secret.source == core::Secret::Source::kFile) {
      EXPECT_TRUE(support::Eventually([this] { return released.load(); }));
    }
    return base::SecretText("secret-text");
  }
  bool IsAtHand(const core::Secret& secret) override {
    return secret.source != core::Secret::Source::kFile;
  }
  std::atomic<bool> released{false};
};

TEST_F(LambdaFaultsTest, TimeAndCancelCountWhileAFileIsRead) {
  SlowSecrets slow;
  LambdaExecutor executor(HttpOptions(), &egress_, &clock_, &slow);
  settings_.secret_access_key = {core::Secret::Source::kFile, "/slow", {}};
  core::ClaimedRun late = RunOf(1);
  late.attempt_timeout = 100;
  EXPECT_EQ(CodeOf(support::Attempt(&executor, late).Wait()), "TIMEOUT");
  support::Attempt cancelled(&executor, RunOf(2));
  executor.Cancel(cancelled.ref());
  EXPECT_EQ(CodeOf(cancelled.Wait()), "CANCELLED");
  support::Attempt patient(&executor, RunOf(3));
  slow.released = true;
  EXPECT_EQ(CodeOf(patient.Wait()), "COMPLETED");
  EXPECT_EQ(server_.request_count(), 1u);
}

}  // namespace
}  // namespace scheduler::dispatch
