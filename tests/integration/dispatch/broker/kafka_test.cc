// Messages to a real Kafka, read by kcat.

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/dispatch/event_tester.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;
using support::Eventually;

constexpr char kPassword[] = "sesame-of-kafka";

class KafkaTest : public BrokerFixture {
 protected:
  KafkaTest() {
    static const std::unique_ptr<support::KafkaServer> server = [] {
      support::BrokerServerOptions options;
      options.password = kPassword;
      auto made = std::make_unique<support::KafkaServer>(options);
      if (!made->Start()) abort();
      return made;
    }();
    server_ = server.get();
    settings_.brokers = {server_->address()};
    settings_.mechanism = core::KafkaSettings::Mechanism::kPlain;
    settings_.username = "ductape";
    settings_.password = support::PlainSecret(kPassword);
  }

  AttemptResult Publish(const std::string& topic, const std::string& body = "") {
    return Run(To(Kind::kTopic, topic, body), settings_);
  }

  core::KafkaSettings settings_;
  support::KafkaServer* server_ = nullptr;
};

TEST_F(KafkaTest, ATopicGetsKeyBodyIdentityAndProperties) {
  core::BrokerTarget target = To(Kind::kDefault, "orders");
  target.key = "customer-9";
  target.properties = {{"region", "eu"}};
  core::ClaimedRun run = ClaimOf(target, settings_, 12);
  run.input_json = R"({"order":17})";
  const AttemptResult result = Begin(run)->Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result), R"({"partition":0,"offset":0})");
  const std::string seen = server_->Read("orders", "%k|%s|%h\n");
  EXPECT_EQ(seen.substr(0, 24), R"(customer-9|{"order":17}|)");
  EXPECT_NE(seen.find("region=eu"), std::string::npos) << seen;
  for (const auto& [name, value] : IdentityOf(run, /*metadata=*/false)) {
    const std::string header = std::string(name).append("=").append(value);
    EXPECT_NE(seen.find(header), std::string::npos) << name;
  }
}

TEST_F(KafkaTest, TheAccountIsChecked) {
  settings_.password = support::PlainSecret("wrong-password");
  const AttemptResult result = Publish("orders");
  EXPECT_EQ(CodeOf(result), "UNAUTHENTICATED") << MessageOf(result);
  EXPECT_EQ(MessageOf(result).find("wrong-password"), std::string::npos);
}

TEST_F(KafkaTest, ScramIsSpokenToo) {
  using Mechanism = core::KafkaSettings::Mechanism;
  for (const Mechanism mechanism : {Mechanism::kScramSha256, Mechanism::kScramSha512}) {
    settings_.mechanism = mechanism;
    settings_.password = support::PlainSecret(kPassword);
    AttemptResult result = Publish("orders");
    EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
    settings_.password = support::PlainSecret("wrong-password");
    result = Publish("orders");
    EXPECT_EQ(CodeOf(result), "UNAUTHENTICATED") << MessageOf(result);
    EXPECT_EQ(MessageOf(result).find("wrong-password"), std::string::npos);
  }
}

TEST_F(KafkaTest, TlsIsVerifiedBeforeTheLogin) {
  const support::TempDir dir;
  support::BrokerServerOptions options;
  options.password = kPassword;
  options.certificate = support::MakeCertificate(dir, "kafka", "DNS:localhost,IP:127.0.0.1");
  support::KafkaServer server(options);
  ASSERT_TRUE(server.Start());
  settings_.brokers = {server.address()};
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  AttemptResult result = Publish("orders");
  EXPECT_EQ(CodeOf(result), "CONNECTION") << MessageOf(result);
  settings_.tls.ca_certificates =
      support::PlainSecret(support::ReadFile(options.certificate.certificate_file));
  for (const auto mechanism :
       {core::KafkaSettings::Mechanism::kPlain, core::KafkaSettings::Mechanism::kScramSha512}) {
    settings_.mechanism = mechanism;
    result = Publish("orders");
    EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  }
  settings_.password = support::PlainSecret("wrong-password");
  EXPECT_EQ(CodeOf(Publish("orders")), "UNAUTHENTICATED");
  settings_.tls = {};
  EXPECT_EQ(CodeOf(Publish("orders")), "CONNECTION");
}

TEST_F(KafkaTest, BrokersThatCannotBeReachedFail) {
  settings_.brokers = {"127.0.0.1:1"};
  EXPECT_EQ(CodeOf(Publish("orders")), "CONNECTION");
  settings_.brokers = {"169.254.169.254"};
  const AttemptResult result = Publish("orders");
  EXPECT_EQ(CodeOf(result), "EGRESS_DENIED") << MessageOf(result);
  EXPECT_NE(MessageOf(result).find("169.254.169.254"), std::string::npos) << MessageOf(result);
}

TEST_F(KafkaTest, ErrorsHaveTheirClasses) {
  EXPECT_EQ(CodeOf(Publish("not a topic!")), "VALIDATION");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "VALIDATION");
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  settings_.tls.ca_certificates = support::PlainSecret("no certificate");
  EXPECT_EQ(CodeOf(Publish("orders")), "VALIDATION");
}

TEST_F(KafkaTest, AHangTimesOutCancelEndsAndItGoesOnLater) {
  ASSERT_EQ(CodeOf(Publish("hanging")), "COMPLETED");
  server_->Pause();
  core::ClaimedRun run = ClaimOf(To(Kind::kTopic, "hanging"), settings_, 2);
  run.attempt_timeout = 300;
  EXPECT_EQ(CodeOf(Begin(run)->Wait()), "TIMEOUT");
  const auto cancelled = Begin(ClaimOf(To(Kind::kTopic, "hanging"), settings_, 3));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  server_->Resume();
  EXPECT_EQ(CodeOf(Publish("hanging")), "COMPLETED");
}

TEST_F(KafkaTest, AServerThatIsKilledAndComesBackIsUsedAgain) {
  ASSERT_EQ(CodeOf(Publish("again")), "COMPLETED");
  server_->Kill();
  EXPECT_TRUE(Eventually([&] { return CodeOf(Publish("again")) == "CONNECTION"; }));
  ASSERT_TRUE(server_->Start());
  EXPECT_TRUE(Eventually([&] { return CodeOf(Publish("again")) == "COMPLETED"; }));
}

TEST_F(KafkaTest, AProbeIsAnsweredAndLeavesNothing) {
  const AttemptResult result = Probe(settings_);
  EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result), "1 broker");
}

TEST_F(KafkaTest, AProbeTellsWhatIsWrong) {
  core::KafkaSettings wrong = settings_;
  wrong.password = support::PlainSecret("wrong-password");
  const AttemptResult refused = Probe(wrong);
  EXPECT_EQ(CodeOf(refused), "UNAUTHENTICATED") << MessageOf(refused);
  EXPECT_EQ(MessageOf(refused).find("wrong-password"), std::string::npos);
  wrong = settings_;
  wrong.brokers = {"127.0.0.1:1"};
  EXPECT_EQ(CodeOf(Probe(wrong)), "CONNECTION");
  wrong.brokers = {"169.254.169.254"};
  EXPECT_EQ(CodeOf(Probe(wrong)), "EGRESS_DENIED");
  wrong.brokers = {"no port:x"};
  EXPECT_EQ(CodeOf(Probe(wrong)), "VALIDATION");
  server_->Pause();
  EXPECT_EQ(CodeOf(Probe(settings_, 300)), "TIMEOUT");
  const auto cancelled = Begin(ProbeOf(settings_));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  server_->Resume();
  EXPECT_EQ(CodeOf(Probe(settings_)), "COMPLETED");
}

TEST_F(KafkaTest, ProbesAreBounded) {
  server_->Pause();
  std::vector<std::unique_ptr<support::Attempt>> probes;
  for (int i = 1; i <= EventTester::kMaxAtOnce; ++i) {
    core::ClaimedRun run = ProbeOf(settings_);
    run.key.number = i;
    probes.push_back(Begin(run));
  }
  EXPECT_EQ(CodeOf(Probe(settings_)), "RATE_LIMITED");
  for (const auto& probe : probes) {
    executor_.Cancel(probe->ref());
    EXPECT_EQ(CodeOf(probe->Wait()), "CANCELLED");
  }
  server_->Resume();
  EXPECT_TRUE(Eventually([&] { return CodeOf(Probe(settings_)) == "COMPLETED"; }));
}

TEST_F(KafkaTest, ASecretOfTheConnectionIsSent) {
  settings_.secrets = {{"api_key", support::PlainSecret("key-of-the-target")}};
  core::BrokerTarget target = To(Kind::kTopic, "secrets", R"({"k":"{{secrets.api_key}}"})");
  target.key = "{{secrets.api_key}}";
  ASSERT_EQ(CodeOf(Run(target, settings_)), "COMPLETED");
  const std::string seen = "key-of-the-target|{\"k\":\"key-of-the-target\"}\n";
  EXPECT_EQ(server_->Read("secrets", "%k|%s\n").substr(0, seen.size()), seen);
}

}  // namespace
}  // namespace scheduler::dispatch
