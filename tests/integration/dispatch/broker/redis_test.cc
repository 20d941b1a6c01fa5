// Messages to a real Redis, read by redis-cli.

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;
using support::Eventually;

class RedisTest : public BrokerFixture {
 protected:
  RedisTest() { Restart(); }

  void Restart(const support::Certificate& certificate = {}) {
    support::BrokerServerOptions options;
    options.password = "sesame-of-redis";
    options.certificate = certificate;
    server_ = std::make_unique<support::RedisServer>(options);
    EXPECT_TRUE(server_->Start());
    settings_.address = server_->address();
    settings_.password = support::PlainSecret(options.password);
  }

  AttemptResult Stream(const std::string& body = "") {
    return Run(To(Kind::kStream, "orders", body), settings_);
  }
  std::string Length() { return server_->Cli({"XLEN", "orders"}); }

  core::RedisSettings settings_;
  std::unique_ptr<support::RedisServer> server_;
};

TEST_F(RedisTest, AStreamGetsTheBodyTheIdentityAndTheProperties) {
  core::BrokerTarget target = To(Kind::kStream, "orders");
  target.properties = {{"region", "eu"}};
  core::ClaimedRun run = ClaimOf(target, settings_, 12);
  run.input_json = R"({"order":17})";
  const AttemptResult result = Begin(run)->Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  const std::string entry = server_->Cli({"XRANGE", "orders", "-", "+"});
  EXPECT_EQ(OutputOf(result), "{\"id\":\"" + entry.substr(0, entry.find('\n')) + "\"}");
  EXPECT_NE(entry.find("body\n{\"order\":17}\n"), std::string::npos) << entry;
  EXPECT_NE(entry.find("region\neu"), std::string::npos) << entry;
  for (const auto& [name, value] : IdentityOf(run, /*metadata=*/true)) {
    EXPECT_NE(entry.find(name + "\n" + value), std::string::npos) << name;
  }
}

TEST_F(RedisTest, AChannelGetsTheBodyAloneAndTheOutputCountsReceivers) {
  EXPECT_EQ(OutputOf(Run(To(Kind::kChannel, "news", "nobody hears"), settings_)),
            "{\"receivers\":0}");
  const support::TempDir dir;
  const auto subscriber = server_->Follow({"SUBSCRIBE", "news"}, dir.File("heard"));
  ASSERT_TRUE(Eventually([&] { return server_->Cli({"PUBSUB", "NUMSUB", "news"}) == "news\n1"; }));
  EXPECT_EQ(OutputOf(Run(To(Kind::kDefault, "news", "hello"), settings_)), "{\"receivers\":1}");
  EXPECT_TRUE(Eventually([&] {
    return support::ReadFile(dir.File("heard")).find("message\nnews\nhello\n") != std::string::npos;
  }));
}

TEST_F(RedisTest, AnEmptyInputIsAnEmptyObject) {
  EXPECT_EQ(CodeOf(Stream()), "COMPLETED");
  EXPECT_NE(server_->Cli({"XRANGE", "orders", "-", "+"}).find("body\n{}\n"), std::string::npos);
}

TEST_F(RedisTest, TheDatabaseIsSelected) {
  settings_.database = 3;
  EXPECT_EQ(CodeOf(Stream()), "COMPLETED");
  EXPECT_EQ(Length(), "0");
  EXPECT_EQ(server_->Cli({"-n", "3", "XLEN", "orders"}), "1");
}

TEST_F(RedisTest, AWrongPasswordIsUnauthenticatedAndNotInTheMessage) {
  settings_.password = support::PlainSecret("wrong-password");
  const AttemptResult result = Stream();
  EXPECT_EQ(CodeOf(result), "UNAUTHENTICATED");
  EXPECT_EQ(MessageOf(result).find("wrong-password"), std::string::npos);
  settings_.password = {};
  EXPECT_EQ(CodeOf(Stream()), "UNAUTHENTICATED");
  settings_.password = support::PlainSecret("gone");
  EXPECT_EQ(CodeOf(Stream()), "SECRET_UNAVAILABLE");
}

TEST_F(RedisTest, ErrorsHaveTheirClasses) {
  server_->Cli({"SET", "orders", "a string"});
  EXPECT_EQ(CodeOf(Stream()), "VALIDATION");
  server_->Cli({"DEL", "orders"});
  server_->Cli({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(CodeOf(Stream()), "UNAVAILABLE");
  server_->Cli({"CONFIG", "SET", "maxmemory", "0"});
  server_->Cli({"ACL", "SETUSER", "limited", "on", ">limited-secret", "~*", "+ping"});
  settings_.username = "limited";
  settings_.password = support::PlainSecret("limited-secret");
  EXPECT_EQ(CodeOf(Stream()), "FORBIDDEN");
  EXPECT_EQ(CodeOf(Run(To(Kind::kTopic, "orders"), settings_)), "VALIDATION");
}

TEST_F(RedisTest, AServerThatIsKilledAndComesBackIsUsedAgain) {
  EXPECT_EQ(CodeOf(Stream()), "COMPLETED");
  server_->Kill();
  EXPECT_TRUE(Eventually([&] { return CodeOf(Stream()) == "CONNECTION"; }));
  ASSERT_TRUE(server_->Start());
  EXPECT_TRUE(Eventually([&] { return CodeOf(Stream()) == "COMPLETED"; }));
  EXPECT_EQ(Length(), "1");
}

TEST_F(RedisTest, AServerThatIsKilledWithinAnAttemptFailsItByConnection) {
  EXPECT_EQ(CodeOf(Stream()), "COMPLETED");
  server_->Pause();
  const auto attempt = Begin(ClaimOf(To(Kind::kStream, "orders"), settings_));
  server_->Kill();
  EXPECT_EQ(CodeOf(attempt->Wait()), "CONNECTION");
}

TEST_F(RedisTest, AServerThatHangsTimesOutAndGoesOnLater) {
  EXPECT_EQ(CodeOf(Stream()), "COMPLETED");
  server_->Pause();
  core::ClaimedRun run = ClaimOf(To(Kind::kStream, "orders"), settings_, 2);
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Begin(run)->Wait()), "TIMEOUT");
  const auto cancelled = Begin(ClaimOf(To(Kind::kStream, "orders"), settings_, 3));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  const auto waiting = Begin(ClaimOf(To(Kind::kStream, "orders"), settings_, 4));
  server_->Resume();
  EXPECT_EQ(CodeOf(waiting->Wait()), "COMPLETED");
}

TEST_F(RedisTest, ASilentServerIsLeft) {
  BrokerOptions options = Options();
  options.silence_timeout = 300;
  BrokerExecutor executor(options, &egress_, &clock_, &secrets_);
  EXPECT_EQ(CodeOf(support::Attempt(&executor, ClaimOf(To(Kind::kStream, "a"), settings_)).Wait()),
            "COMPLETED");
  server_->Pause();
  const AttemptResult result =
      support::Attempt(&executor, ClaimOf(To(Kind::kStream, "a"), settings_, 2)).Wait();
  server_->Resume();
  EXPECT_EQ(CodeOf(result), "CONNECTION");
  EXPECT_NE(MessageOf(result).find("silent"), std::string::npos) << MessageOf(result);
  EXPECT_TRUE(Eventually([&] {
    return CodeOf(
               support::Attempt(&executor, ClaimOf(To(Kind::kStream, "a"), settings_, 3)).Wait()) ==
           "COMPLETED";
  }));
}

TEST_F(RedisTest, TlsIsVerified) {
  const support::TempDir dir;
  const support::Certificate certificate =
      support::MakeCertificate(dir, "redis", "DNS:localhost,IP:127.0.0.1");
  ASSERT_FALSE(certificate.key_file.empty());
  Restart(certificate);
  EXPECT_EQ(CodeOf(Stream()), "CONNECTION");  // in the clear
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  AttemptResult result = Stream();
  EXPECT_EQ(CodeOf(result), "CONNECTION");
  EXPECT_NE(MessageOf(result).find("certificate"), std::string::npos) << MessageOf(result);
  settings_.tls.ca_certificates =
      support::PlainSecret(support::ReadFile(certificate.certificate_file));
  result = Stream();
  EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  settings_.tls.server_name = "other.example";
  EXPECT_EQ(CodeOf(Stream()), "CONNECTION");
  settings_.tls.server_name.clear();
  settings_.tls.ca_certificates = support::PlainSecret("no certificate");
  EXPECT_EQ(CodeOf(Stream()), "VALIDATION");
  EXPECT_EQ(Length(), "1");
}

}  // namespace
}  // namespace scheduler::dispatch
