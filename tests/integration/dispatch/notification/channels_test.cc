#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/http_executor.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/support/http_server.h"
#include "tests/support/notifications.h"
#include "tests/support/smtp_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using nlohmann::json;
using support::Attempt;
using support::CodeOf;
using support::HttpServerAnswer;
using support::HttpServerRequest;

class ChannelsTest : public testing::Test {
 protected:
  static HttpServerAnswer Answer(const HttpServerRequest& request) {
    HttpServerAnswer answer;
    if (request.target == "/hang") answer.kind = HttpServerAnswer::Kind::kHang;
    if (request.target == "/fails") answer.status = 503;
    if (request.target == "/refuses") answer.status = 403;
    return answer;
  }
  core::HttpTarget Callback(const std::string& path) const {
    core::HttpTarget target;
    target.url = http_server_.url(path);
    return target;
  }
  static core::EmailMessage Email(const std::string& to) {
    core::EmailMessage email;
    email.from = "ops@example.com";
    email.to = {to};
    email.text = "Hi";
    return email;
  }
  core::ClaimedRun RunOf(std::vector<core::NotificationTarget::Channel> channels, int port) {
    core::SmtpSettings smtp;
    smtp.address = "127.0.0.1:" + std::to_string(port);
    smtp.security = core::SmtpSettings::Security::kNone;
    core::ClaimedRun run = support::NotificationOf(std::move(channels));
    run.connections = {support::ConnectionOf("mail", smtp)};
    run.input_json = R"({"order":17})";
    return run;
  }
  static json ChannelsOf(const AttemptResult& result) {
    return json::parse(result.output->output)["channels"];
  }

  base::SystemClock clock_;
  support::NamedSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  support::HttpServer http_server_{&Answer};
  HttpExecutor http_{HttpOptions(), &egress_, &clock_};
  NotificationExecutor executor_{NotificationOptions(), &egress_, &clock_, &secrets_, &http_};
};

TEST_F(ChannelsTest, ACallbackIsADeliveryOfTheRun) {
  const core::ClaimedRun run = RunOf({{"", Callback("/a")}}, 0);
  const AttemptResult result = Attempt(&executor_, run).Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(result.output->output, R"({"channels":[{"kind":"callback","status":"sent"}]})");
  const HttpServerRequest request = http_server_.requests().at(0);
  EXPECT_EQ(request.Header("idempotency-key"), core::FormatRunId(run.key));
  EXPECT_EQ(request.Header("ductape-fencing-token"), std::to_string(run.token));
  EXPECT_EQ(request.body, R"({"order":17})");
}

TEST_F(ChannelsTest, SeveralCallbacksAllGetTheRun) {
  const AttemptResult result =
      Attempt(&executor_,
              RunOf({{"", Callback("/a")}, {"", Callback("/refuses")}, {"", Callback("/b")}}, 0))
          .Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  const json channels = ChannelsOf(result);
  EXPECT_EQ(channels[1]["code"], failure::kForbidden);
  EXPECT_EQ(channels[2]["status"], "sent");
  EXPECT_EQ(http_server_.request_count(), 3U);
}

TEST_F(ChannelsTest, OneChannelIsEnough) {
  const AttemptResult result =
      Attempt(&executor_, RunOf({{"mail", Email("a@example.com")}, {"", Callback("/a")}},
                                support::UnusedPort()))
          .Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(ChannelsOf(result)[0]["kind"], "email");
  EXPECT_EQ(ChannelsOf(result)[0]["code"], failure::kConnection);
  EXPECT_EQ(ChannelsOf(result)[1]["status"], "sent");
}

TEST_F(ChannelsTest, AllFailedIsTheClassThatIsRetried) {
  const AttemptResult result =
      Attempt(&executor_, RunOf({{"", Callback("/refuses")}, {"mail", Email("a@example.com")}},
                                support::UnusedPort()))
          .Wait();
  EXPECT_EQ(CodeOf(result), failure::kConnection);
  EXPECT_THAT(result.error->message,
              testing::StartsWith("callback: FORBIDDEN: HTTP 403; email: CONNECTION: "));
}

TEST_F(ChannelsTest, WhatHangsTimesOutAndWhatWasSentCounts) {
  core::ClaimedRun run = RunOf({{"", Callback("/hang")}}, 0);
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kTimeout);
  if (!support::SmtpServer::Available()) GTEST_SKIP() << "aiosmtpd cannot be had";
  support::SmtpServer mail;
  run = RunOf({{"", Callback("/hang")}, {"mail", Email("a@example.com")}}, mail.port());
  run.attempt_timeout = 1500;
  const AttemptResult result = Attempt(&executor_, run).Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(ChannelsOf(result)[0]["code"], failure::kTimeout);
}

TEST_F(ChannelsTest, CancelEndsCallbacksToo) {
  Attempt attempt(&executor_, RunOf({{"", Callback("/hang")}, {"", Callback("/a")}}, 0));
  while (http_server_.request_count() == 0) std::this_thread::yield();
  executor_.Cancel(attempt.ref());
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  executor_.Shutdown();
  http_.Shutdown();
  EXPECT_EQ(http_server_.request_count(), 1U);
}

TEST_F(ChannelsTest, WithoutHttpCallbacksFail) {
  NotificationExecutor executor(NotificationOptions(), &egress_, &clock_, &secrets_, nullptr);
  EXPECT_EQ(CodeOf(Attempt(&executor, RunOf({{"", Callback("/a")}}, 0)).Wait()),
            failure::kValidation);
}

}  // namespace
}  // namespace scheduler::dispatch
