// Messages to a real NATS server, read by libnats.

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"
#include "tests/support/nats_consumer.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;
using support::Eventually;

constexpr char kPassword[] = "sesame-of-nats";

class NatsTest : public BrokerFixture {
 protected:
  NatsTest() { Restart(); }

  void Restart(const support::Certificate& certificate = {}) {
    support::BrokerServerOptions options;
    options.password = kPassword;
    options.certificate = certificate;
    consumer_.reset();
    server_ = std::make_unique<support::NatsServer>(options);
    EXPECT_TRUE(server_->Start());
    consumer_ = std::make_unique<support::NatsConsumer>(server_->address(), options.username,
                                                        kPassword, certificate.certificate_file);
    EXPECT_TRUE(consumer_->connected());
    settings_.servers = {server_->address()};
    settings_.username = options.username;
    settings_.password = support::PlainSecret(kPassword);
  }

  AttemptResult Publish(const std::string& subject) {
    return Run(To(Kind::kSubject, subject), settings_);
  }

  core::NatsSettings settings_;
  std::unique_ptr<support::NatsServer> server_;
  std::unique_ptr<support::NatsConsumer> consumer_;
};

TEST_F(NatsTest, ASubjectGetsBodyIdentityAndProperties) {
  ASSERT_TRUE(consumer_->Subscribe("orders.>"));
  core::BrokerTarget target = To(Kind::kDefault, "orders.new");
  target.properties = {{"region", "eu"}};
  core::ClaimedRun run = ClaimOf(target, settings_, 12);
  run.input_json = R"({"order":17})";
  const AttemptResult result = Begin(run)->Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result), "{}");
  support::NatsMessage message = consumer_->Next();
  EXPECT_EQ(message.subject, "orders.new");
  EXPECT_EQ(message.body, R"({"order":17})");
  EXPECT_EQ(message.headers["region"], "eu");
  EXPECT_EQ(message.headers.count("Nats-Msg-Id"), 0u);
  for (const auto& [name, value] : IdentityOf(run, /*metadata=*/false)) {
    EXPECT_EQ(message.headers[name], value) << name;
  }
}

TEST_F(NatsTest, AStreamAcknowledgesAndDropsDuplicates) {
  ASSERT_TRUE(consumer_->AddStream("ORDERS", "orders.>"));
  const core::BrokerTarget target = To(Kind::kStream, "orders.new", "{\"a\":1}");
  EXPECT_EQ(OutputOf(Run(target, settings_)),
            R"({"stream":"ORDERS","sequence":1,"duplicate":false})");
  EXPECT_EQ(OutputOf(Run(target, settings_)),
            R"({"stream":"ORDERS","sequence":1,"duplicate":true})");
  EXPECT_EQ(OutputOf(Run(target, settings_, 2)),
            R"({"stream":"ORDERS","sequence":2,"duplicate":false})");
  EXPECT_EQ(consumer_->CountOf("ORDERS"), 2u);
  EXPECT_EQ(consumer_->LastOf("ORDERS", "orders.new").headers["Nats-Msg-Id"],
            core::FormatRunId(ClaimOf(target, settings_, 2).key));
}

TEST_F(NatsTest, ErrorsHaveTheirClasses) {
  EXPECT_EQ(CodeOf(Run(To(Kind::kStream, "nobody.takes"), settings_)), "NOT_FOUND");
  ASSERT_TRUE(consumer_->AddStream("SMALL", "small", 512));
  EXPECT_EQ(CodeOf(Run(To(Kind::kStream, "small", std::string(2000, 'x')), settings_)),
            "VALIDATION");
  for (const std::string subject : {"a..b", "a.*", ">", "a b", ".a"}) {
    EXPECT_EQ(CodeOf(Publish(subject)), "VALIDATION") << subject;
  }
  settings_.username = "limited";
  settings_.password = support::PlainSecret("limited-secret");
  EXPECT_EQ(CodeOf(Publish("allowed")), "COMPLETED");
  EXPECT_EQ(CodeOf(Publish("forbidden")), "FORBIDDEN");
  EXPECT_EQ(CodeOf(Publish("allowed")), "COMPLETED");
  settings_.password = support::PlainSecret("wrong-password");
  const AttemptResult result = Publish("allowed");
  EXPECT_EQ(CodeOf(result), "UNAUTHENTICATED");
  EXPECT_EQ(MessageOf(result).find("wrong-password"), std::string::npos);
}

TEST_F(NatsTest, OtherServersOfTheConnectionAreTried) {
  settings_.servers = {"127.0.0.1:1", server_->address()};
  EXPECT_EQ(CodeOf(Publish("a")), "COMPLETED");
}

TEST_F(NatsTest, AServerThatIsKilledAndComesBackIsUsedAgain) {
  EXPECT_EQ(CodeOf(Publish("a")), "COMPLETED");
  server_->Kill();
  EXPECT_TRUE(Eventually([&] { return CodeOf(Publish("a")) == "CONNECTION"; }));
  ASSERT_TRUE(server_->Start());
  EXPECT_TRUE(Eventually([&] { return CodeOf(Publish("a")) == "COMPLETED"; }));
}

TEST_F(NatsTest, AServerThatHangsTimesOutAndCancelEndsTheAttempt) {
  EXPECT_EQ(CodeOf(Publish("a")), "COMPLETED");
  server_->Pause();
  core::ClaimedRun run = ClaimOf(To(Kind::kSubject, "a"), settings_, 2);
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Begin(run)->Wait()), "TIMEOUT");
  const auto cancelled = Begin(ClaimOf(To(Kind::kSubject, "a"), settings_, 3));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  server_->Resume();
  EXPECT_EQ(CodeOf(Publish("a")), "COMPLETED");
}

TEST_F(NatsTest, TlsIsVerified) {
  const support::TempDir dir;
  const support::Certificate certificate =
      support::MakeCertificate(dir, "nats", "DNS:localhost,IP:127.0.0.1");
  ASSERT_FALSE(certificate.key_file.empty());
  Restart(certificate);
  EXPECT_EQ(CodeOf(Publish("a")), "CONNECTION");  // in the clear
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  EXPECT_EQ(CodeOf(Publish("a")), "CONNECTION");
  settings_.tls.ca_certificates =
      support::PlainSecret(support::ReadFile(certificate.certificate_file));
  const AttemptResult result = Publish("a");
  EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  settings_.tls.server_name = "other.example";
  EXPECT_EQ(CodeOf(Publish("a")), "CONNECTION");
}

TEST_F(NatsTest, AProbeIsAnsweredAndLeavesNothing) {
  ASSERT_TRUE(consumer_->AddStream("ALL", "orders.>"));
  const AttemptResult result = Probe(settings_);
  EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result).substr(0, 7), "NATS 2.") << OutputOf(result);
  EXPECT_EQ(consumer_->CountOf("ALL"), 0u);
  // One who may publish to little may connect.
  settings_.username = "limited";
  settings_.password = support::PlainSecret("limited-secret");
  EXPECT_EQ(CodeOf(Probe(settings_)), "COMPLETED");
}

TEST_F(NatsTest, AProbeTellsWhatIsWrong) {
  EXPECT_EQ(CodeOf(Publish("a")), "COMPLETED");
  core::NatsSettings wrong = settings_;
  wrong.password = support::PlainSecret("wrong-password");
  const AttemptResult refused = Probe(wrong);
  EXPECT_EQ(CodeOf(refused), "UNAUTHENTICATED");
  EXPECT_EQ(MessageOf(refused).find("wrong-password"), std::string::npos);
  server_->Pause();
  EXPECT_EQ(CodeOf(Probe(settings_, 200)), "TIMEOUT");
  server_->Kill();
  EXPECT_EQ(CodeOf(Probe(settings_)), "CONNECTION");
}

TEST_F(NatsTest, ASecretOfTheConnectionIsSent) {
  ASSERT_TRUE(consumer_->Subscribe("orders"));
  settings_.secrets = {{"api_key", support::PlainSecret("key-of-the-target")}};
  core::BrokerTarget target = To(Kind::kSubject, "orders", "by {{secrets.api_key}}");
  target.properties = {{"auth", "Bearer {{secrets.api_key}}"}};
  ASSERT_EQ(CodeOf(Run(target, settings_)), "COMPLETED");
  support::NatsMessage message = consumer_->Next();
  EXPECT_EQ(message.body, "by key-of-the-target");
  EXPECT_EQ(message.headers["auth"], "Bearer key-of-the-target");
}

}  // namespace
}  // namespace scheduler::dispatch
