// Messages to a real RabbitMQ, read by amqp-tools and looked at by rabbitmqctl.

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;
using support::Eventually;

// A node takes seconds to start: one for all tests but those that end it.
class RabbitmqTest : public BrokerFixture {
 protected:
  RabbitmqTest() {
    static const std::unique_ptr<support::RabbitmqServer> server = [] {
      auto made = std::make_unique<support::RabbitmqServer>(support::BrokerServerOptions());
      if (!made->Start() || !made->DeclareQueue("orders")) abort();
      return made;
    }();
    Use(server.get());
  }

  void Use(support::RabbitmqServer* server) {
    server_ = server;
    settings_.address = server->address();
    settings_.username = "guest";
    settings_.password = support::PlainSecret("guest");
  }

  AttemptResult ToQueue(const std::string& queue, const std::string& body = "",
                        int64_t number = 1) {
    return Run(To(Kind::kQueue, queue, body), settings_, number);
  }
  AttemptResult ToExchange(const std::string& exchange, const std::string& key) {
    core::BrokerTarget target = To(Kind::kExchange, exchange, "by exchange");
    target.key = key;
    return Run(target, settings_);
  }

  core::RabbitmqSettings settings_;
  support::RabbitmqServer* server_ = nullptr;
};

TEST_F(RabbitmqTest, AQueueGetsTheMessage) {
  const AttemptResult result = ToQueue("orders", "hello");
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result), "{}");
  EXPECT_EQ(server_->Get("orders"), "hello");
  core::BrokerTarget target = To(Kind::kDefault, "orders", std::string(200'000, 'x'));
  EXPECT_EQ(CodeOf(Run(target, settings_)), "COMPLETED");  // more than one frame
  EXPECT_EQ(server_->Get("orders"), target.body);
}

TEST_F(RabbitmqTest, ManyAtOnceAreAllConfirmed) {
  std::vector<std::unique_ptr<support::Attempt>> attempts;
  for (int i = 1; i <= 1000; ++i) {
    attempts.push_back(Begin(ClaimOf(To(Kind::kQueue, "orders", "n"), settings_, i)));
  }
  for (const auto& attempt : attempts) ASSERT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  for (int i = 1; i <= 10; ++i) EXPECT_EQ(server_->Get("orders"), "n");
  EXPECT_NE(server_->Control({"list_queues", "name", "messages"}).find("orders\t990"),
            std::string::npos);
  server_->Control({"purge_queue", "orders"});
}

TEST_F(RabbitmqTest, WhatNobodyTakesIsNotFound) {
  AttemptResult result = ToQueue("no-such-queue");
  EXPECT_EQ(CodeOf(result), "NOT_FOUND");
  EXPECT_EQ(result.error->status, 312);
  result = ToExchange("amq.direct", "unbound");
  EXPECT_EQ(CodeOf(result), "NOT_FOUND");
  result = ToExchange("no-such-exchange", "k");
  EXPECT_EQ(CodeOf(result), "NOT_FOUND");
  EXPECT_EQ(result.error->status, 404);
  EXPECT_EQ(CodeOf(ToQueue("orders", "after")), "COMPLETED");
  EXPECT_EQ(server_->Get("orders"), "after");
}

TEST_F(RabbitmqTest, TheAccountIsChecked) {
  settings_.password = support::PlainSecret("wrong-password");
  const AttemptResult result = ToQueue("orders");
  EXPECT_EQ(CodeOf(result), "UNAUTHENTICATED");
  EXPECT_EQ(MessageOf(result).find("wrong-password"), std::string::npos);
  settings_.password = support::PlainSecret("guest");
  settings_.virtual_host = "no-such-host";
  EXPECT_EQ(CodeOf(ToQueue("orders")), "NOT_FOUND");
  settings_.virtual_host = "/";
  core::BrokerTarget keyed = To(Kind::kQueue, "orders");
  keyed.key = "k";
  EXPECT_EQ(CodeOf(Run(keyed, settings_)), "VALIDATION");
}

TEST_F(RabbitmqTest, AHangTimesOutAndADeathIsAConnectionFailure) {
  support::RabbitmqServer server({});
  ASSERT_TRUE(server.Start());
  ASSERT_TRUE(server.DeclareQueue("orders"));
  Use(&server);
  ASSERT_EQ(CodeOf(ToQueue("orders")), "COMPLETED");
  server.Pause();
  core::ClaimedRun run = ClaimOf(To(Kind::kQueue, "orders"), settings_, 2);
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Begin(run)->Wait()), "TIMEOUT");
  const auto cancelled = Begin(ClaimOf(To(Kind::kQueue, "orders"), settings_, 3));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  const auto dying = Begin(ClaimOf(To(Kind::kQueue, "orders"), settings_, 4));
  server.Kill();
  EXPECT_EQ(CodeOf(dying->Wait()), "CONNECTION");
  ASSERT_TRUE(server.Start());
  EXPECT_TRUE(Eventually([&] { return CodeOf(ToQueue("orders")) == "COMPLETED"; }));
}

TEST_F(RabbitmqTest, TlsIsVerified) {
  const support::TempDir dir;
  support::BrokerServerOptions options;
  options.certificate = support::MakeCertificate(dir, "rabbit", "DNS:localhost,IP:127.0.0.1");
  support::RabbitmqServer server(options);
  ASSERT_TRUE(server.Start());
  Use(&server);
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  EXPECT_EQ(CodeOf(ToQueue("orders")), "CONNECTION");
  settings_.tls.ca_certificates =
      support::PlainSecret(support::ReadFile(options.certificate.certificate_file));
  // Past TLS: there is no queue.
  EXPECT_EQ(CodeOf(ToQueue("orders")), "NOT_FOUND");
}

TEST_F(RabbitmqTest, AProbeIsAnsweredAndLeavesNothing) {
  const AttemptResult result = Probe(settings_);
  EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result).substr(0, 10), "RabbitMQ 3") << OutputOf(result);
  EXPECT_NE(server_->Control({"list_queues", "name", "messages"}).find("orders\t0"),
            std::string::npos);
}

TEST_F(RabbitmqTest, AProbeTellsWhatIsWrong) {
  core::RabbitmqSettings wrong = settings_;
  wrong.password = support::PlainSecret("wrong-password");
  const AttemptResult refused = Probe(wrong);
  EXPECT_EQ(CodeOf(refused), "UNAUTHENTICATED");
  EXPECT_EQ(MessageOf(refused).find("wrong-password"), std::string::npos);
  wrong = settings_;
  wrong.virtual_host = "no-such-host";
  EXPECT_EQ(CodeOf(Probe(wrong)), "NOT_FOUND");
  wrong = settings_;
  wrong.address = "127.0.0.1:1";
  EXPECT_EQ(CodeOf(Probe(wrong)), "CONNECTION");
  server_->Pause();
  EXPECT_EQ(CodeOf(Probe(settings_, 200)), "TIMEOUT");
  server_->Resume();
  EXPECT_EQ(CodeOf(Probe(settings_)), "COMPLETED");
}

TEST_F(RabbitmqTest, ASecretOfTheConnectionIsSent) {
  settings_.secrets = {{"api_key", support::PlainSecret("key-of-the-target")}};
  ASSERT_EQ(CodeOf(ToQueue("orders", "by {{secrets.api_key}}")), "COMPLETED");
  EXPECT_EQ(server_->Get("orders"), "by key-of-the-target");
}

}  // namespace
}  // namespace scheduler::dispatch
