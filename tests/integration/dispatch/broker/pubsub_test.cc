// Messages to Google Pub/Sub as its own test server plays it, and to servers that misbehave.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/integration/dispatch/broker/pubsub_fixture.h"
#include "tests/support/http_server.h"
#include "tests/support/pubsub_server.h"
#include "tests/support/scripted_server.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using support::CodeOf;
using support::Eventually;
using support::PublisherDouble;
using testing::HasSubstr;

class PubsubTest : public PubsubFixture {
 protected:
  void SetUp() override {
    if (!support::PubsubServer::Available()) GTEST_SKIP() << "no Go";
    ASSERT_TRUE(server_.Start());
    server_.CreateTopic("my-project", "orders");
    settings_ = SettingsOf(server_.address());
  }

  support::PubsubServer server_;
  core::PubsubSettings settings_;
};

TEST_F(PubsubTest, ATopicGetsTheBodyTheIdentityAndTheProperties) {
  core::BrokerTarget target = To(Kind::kDefault, "orders");
  target.key = "customer 7";
  target.properties = {{"region", "eu"}, {"empty", ""}};
  core::ClaimedRun run = ClaimOf(target, settings_, 12);
  run.input_json = "{\"order\":17,\"text\":\"Grüße\"}";
  const AttemptResult result = Begin(run)->Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  const json messages = server_.Messages();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(json::parse(OutputOf(result)), json({{"message_id", messages[0]["id"]}}));
  EXPECT_EQ(messages[0]["topic"], "projects/my-project/topics/orders");
  EXPECT_EQ(messages[0]["data"], run.input_json);
  EXPECT_EQ(messages[0]["ordering_key"], "customer 7");
  std::map<std::string, std::string> expected = IdentityOf(run, /*metadata=*/true);
  expected["region"] = "eu";
  expected["empty"] = "";
  EXPECT_EQ((messages[0]["attributes"].get<std::map<std::string, std::string>>()), expected);
}

TEST_F(PubsubTest, ATopicIsFoundByItsNameAndMissedIfItIsNone) {
  server_.CreateTopic("other-project", "news");
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "projects/other-project/topics/news"), settings_)),
            "COMPLETED");
  EXPECT_EQ(server_.Messages()[0]["topic"], "projects/other-project/topics/news");
  const AttemptResult missing = Run(To(Kind::kTopic, "nothing"), settings_);
  EXPECT_EQ(CodeOf(missing), "NOT_FOUND");
  EXPECT_EQ(missing.error->status, 5);
  server_.CreateTopic("my-project", "nothing");
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "nothing"), settings_)), "COMPLETED");
}

TEST_F(PubsubTest, WhatPubsubCannotTakeIsNotSent) {
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "VALIDATION");
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "no topic"), settings_)), "VALIDATION");
  core::BrokerTarget target = To(Kind::kTopic, "orders");
  target.properties = {{"goog-x", "1"}};
  EXPECT_EQ(CodeOf(Run(target, settings_)), "VALIDATION");
  EXPECT_EQ(server_.Messages().size(), 0u);
}

TEST_F(PubsubTest, AServerThatIsKilledAndComesBackIsUsedAgain) {
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "orders"), settings_)), "COMPLETED");
  server_.Kill();
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "orders"), settings_, 2)), "CONNECTION");
  ASSERT_TRUE(server_.Start());
  server_.CreateTopic("my-project", "orders");
  EXPECT_TRUE(Eventually(
      [&] { return CodeOf(Run(To(Kind::kTopic, "orders"), settings_, 3)) == "COMPLETED"; }));
  EXPECT_EQ(server_.Messages().size(), 1u);
}

TEST_F(PubsubTest, AServerThatHangsTimesOutAndGoesOnLater) {
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "orders"), settings_)), "COMPLETED");
  server_.Pause();
  core::ClaimedRun run = ClaimOf(To(Kind::kTopic, "orders"), settings_, 2);
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Begin(run)->Wait()), "TIMEOUT");
  const auto cancelled = Begin(ClaimOf(To(Kind::kTopic, "orders"), settings_, 3));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  const auto waiting = Begin(ClaimOf(To(Kind::kTopic, "orders"), settings_, 4));
  server_.Resume();
  EXPECT_EQ(CodeOf(waiting->Wait()), "COMPLETED");
}

TEST_F(PubsubTest, ManyAtOnceAllArrive) {
  std::vector<std::unique_ptr<support::Attempt>> attempts;
  for (int i = 1; i <= 1000; ++i) {
    attempts.push_back(Begin(ClaimOf(To(Kind::kTopic, "orders"), settings_, i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(server_.Messages().size(), 1000u);
}

// What the test server never does.
class PubsubFaultsTest : public PubsubFixture {
 protected:
  AttemptResult RunWith(const PublisherDouble::Answer& answer) {
    PublisherDouble server([answer](const PublisherDouble::Call& /*call*/) { return answer; });
    return Run(To(Kind::kTopic, "orders"), SettingsOf(server.address()));
  }
};

TEST_F(PubsubFaultsTest, StatusesHaveTheirClasses) {
  const std::pair<int, std::string> cases[] = {
      {3, "VALIDATION"},   {5, "NOT_FOUND"},    {7, "FORBIDDEN"},
      {8, "RATE_LIMITED"}, {9, "VALIDATION"},   {10, "UNAVAILABLE"},
      {13, "UNAVAILABLE"}, {14, "UNAVAILABLE"}, {16, "UNAUTHENTICATED"}};
  for (const auto& [code, expected] : cases) {
    PublisherDouble::Answer answer;
    answer.code = code;
    answer.message = "the reason";
    const AttemptResult result = RunWith(answer);
    EXPECT_EQ(CodeOf(result), expected) << code;
    EXPECT_EQ(result.error->status, code);
    EXPECT_THAT(MessageOf(result), HasSubstr("the reason"));
  }
}

TEST_F(PubsubFaultsTest, AnAnswerThatDoesNotAcknowledgeCompletesNothing) {
  for (const std::string& reply :
       {std::string(), std::string("nonsense"), std::string("\x0a\x00", 2)}) {
    PublisherDouble::Answer answer;
    answer.reply = reply;
    EXPECT_EQ(CodeOf(RunWith(answer)), "UNAVAILABLE");
  }
  // Nobody's message has such an id, and the next one would be as long.
  PublisherDouble::Answer huge;
  huge.reply = std::string(2 * 1024 * 1024, 'x');
  EXPECT_EQ(CodeOf(RunWith(huge)), "VALIDATION");
}

TEST_F(PubsubFaultsTest, WhatIsNotReachedIsAConnectionFailure) {
  const core::BrokerTarget target = To(Kind::kTopic, "orders");
  EXPECT_EQ(CodeOf(Run(target, SettingsOf("127.0.0.1:" + std::to_string(support::UnusedPort())))),
            "CONNECTION");
  EXPECT_EQ(CodeOf(Run(target, SettingsOf("no-such-host.invalid"))), "CONNECTION");
  EXPECT_EQ(CodeOf(Run(target, SettingsOf("169.254.169.254:80"))), "EGRESS_DENIED");
  support::ScriptedServer resets(
      [](std::string* /*input*/, std::string* /*output*/) { return false; });
  EXPECT_EQ(CodeOf(Run(target, SettingsOf("127.0.0.1:" + std::to_string(resets.port())))),
            "CONNECTION");
}

TEST_F(PubsubFaultsTest, AHangingServerHoldsOnlyItsOwnMessages) {
  PublisherDouble hanging([](const PublisherDouble::Call& /*call*/) {
    PublisherDouble::Answer answer;
    answer.hang = true;
    return answer;
  });
  PublisherDouble works([](const PublisherDouble::Call& /*call*/) { return Taken(); });
  std::vector<std::unique_ptr<support::Attempt>> held;
  for (int i = 1; i <= 50; ++i) {
    held.push_back(Begin(ClaimOf(To(Kind::kTopic, "orders"), SettingsOf(hanging.address()), i)));
  }
  ASSERT_TRUE(Eventually([&] { return hanging.call_count() == 50u; }));
  const AttemptResult result = Run(To(Kind::kTopic, "orders"), SettingsOf(works.address()), 100);
  EXPECT_EQ(OutputOf(result), R"({"message_id":"7"})");
  executor_.Shutdown();
  for (const auto& attempt : held) EXPECT_EQ(CodeOf(attempt->Wait()), "CANCELLED");
}

TEST_F(PubsubFaultsTest, AnAccountHasABoundOfMessages) {
  BrokerOptions options = Options();
  options.max_in_flight = 8;
  BrokerExecutor executor(options, &egress_, &clock_, &secrets_);
  executor.Register("pubsub", NewPubsubDriver(options, &egress_, &clock_));
  PublisherDouble hanging([](const PublisherDouble::Call& /*call*/) {
    PublisherDouble::Answer answer;
    answer.hang = true;
    return answer;
  });
  const core::PubsubSettings settings = SettingsOf(hanging.address());
  std::vector<std::unique_ptr<support::Attempt>> held;
  for (int i = 1; i <= 4; ++i) {
    held.push_back(std::make_unique<support::Attempt>(
        &executor, ClaimOf(To(Kind::kTopic, "orders"), settings, i)));
  }
  support::Attempt fifth(&executor, ClaimOf(To(Kind::kTopic, "orders"), settings, 5));
  EXPECT_EQ(CodeOf(fifth.Wait()), "RATE_LIMITED");
  executor.Shutdown();
  for (const auto& attempt : held) EXPECT_EQ(CodeOf(attempt->Wait()), "CANCELLED");
}

}  // namespace
}  // namespace scheduler::dispatch
