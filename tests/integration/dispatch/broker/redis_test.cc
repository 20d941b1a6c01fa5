// Messages to a real Redis, read by redis-cli.

#include <memory>
#include <string>
#include <vector>

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
  // A message by an account that differs from others in its database; the run's number is the database's.
  core::ClaimedRun InDatabase(int database) {
    settings_.database = database;
    return ClaimOf(To(Kind::kStream, "orders"), settings_, database);
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
    const std::string field = std::string(name).append("\n").append(value);
    EXPECT_NE(entry.find(field), std::string::npos) << name;
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

TEST_F(RedisTest, AProbeIsAnsweredAndLeavesNothing) {
  settings_.database = 3;
  server_->Cli({"CONFIG", "RESETSTAT"});
  const AttemptResult result = Probe(settings_);
  EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result), "PONG");
  EXPECT_EQ(server_->Cli({"-n", "3", "DBSIZE"}), "0");
  EXPECT_NE(server_->Cli({"INFO", "commandstats"}).find("cmdstat_ping:calls=1,"),
            std::string::npos);
  settings_.database = 1000;
  EXPECT_EQ(CodeOf(Probe(settings_)), "VALIDATION");
}

TEST_F(RedisTest, AProbeTellsWhatIsWrong) {
  // What is open under another password says nothing of this one.
  EXPECT_EQ(CodeOf(Stream()), "COMPLETED");
  server_->Cli({"ACL", "SETUSER", "default", "resetpass", ">other-password"});
  const AttemptResult wrong = Probe(settings_);
  EXPECT_EQ(CodeOf(wrong), "UNAUTHENTICATED");
  EXPECT_EQ(MessageOf(wrong).find("sesame"), std::string::npos);
  settings_.password = support::PlainSecret("other-password");
  EXPECT_EQ(CodeOf(Probe(settings_)), "COMPLETED");
  server_->Pause();
  EXPECT_EQ(CodeOf(Probe(settings_, 200)), "TIMEOUT");
  const auto cancelled = Begin(ProbeOf(settings_));
  executor_.Cancel(cancelled->ref());
  EXPECT_EQ(CodeOf(cancelled->Wait()), "CANCELLED");
  server_->Kill();
  EXPECT_EQ(CodeOf(Probe(settings_)), "CONNECTION");
  settings_.address = "169.254.169.254";
  EXPECT_EQ(CodeOf(Probe(settings_)), "EGRESS_DENIED");
}

TEST_F(RedisTest, ProbesEndTheirConnections) {
  std::vector<std::unique_ptr<support::Attempt>> probes;
  probes.reserve(20);
  for (int i = 0; i < 20; ++i) probes.push_back(Begin(ProbeOf(settings_)));
  for (const auto& probe : probes) EXPECT_EQ(CodeOf(probe->Wait()), "COMPLETED");
  // redis-cli's own is the one that is left.
  EXPECT_TRUE(Eventually([&] {
    return server_->Cli({"INFO", "clients"}).find("connected_clients:1\r") != std::string::npos;
  }));
}

TEST_F(RedisTest, TheConnectionThatIsUnusedForLongestMakesRoom) {
  BrokerOptions options = Options();
  options.max_connections = 2;
  BrokerExecutor executor(options, &egress_, &clock_, &secrets_);
  for (const int database : {1, 2, 1, 3}) {
    const AttemptResult result = support::Attempt(&executor, InDatabase(database)).Wait();
    EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  }
  std::string clients;
  const auto in_database = [&](const std::string& number) {
    return clients.find(" db=" + number + " ") != std::string::npos;
  };
  EXPECT_TRUE(Eventually([&] {
    clients = server_->Cli({"CLIENT", "LIST"});
    return !in_database("2");
  }));
  EXPECT_TRUE(in_database("1")) << clients;
  EXPECT_TRUE(in_database("3")) << clients;
  server_->Pause();
  std::vector<std::unique_ptr<support::Attempt>> hanging;
  for (const int database : {4, 5}) {
    hanging.push_back(std::make_unique<support::Attempt>(&executor, InDatabase(database)));
  }
  EXPECT_EQ(CodeOf(support::Attempt(&executor, InDatabase(6)).Wait()), "RATE_LIMITED");
  server_->Resume();
  for (const auto& attempt : hanging) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
}

TEST_F(RedisTest, AConnectionThatIsDialledForNobodyMakesRoom) {
  BrokerOptions options = Options();
  options.connect_timeout = base::kMinute;
  options.max_connections = 2;
  BrokerExecutor executor(options, &egress_, &clock_, &secrets_);
  server_->Pause();
  for (const int database : {1, 2, 3}) {
    core::ClaimedRun run = InDatabase(database);
    run.attempt_timeout = 500;
    EXPECT_EQ(CodeOf(support::Attempt(&executor, run).Wait()), "TIMEOUT");
  }
  server_->Resume();
  EXPECT_EQ(CodeOf(support::Attempt(&executor, InDatabase(4)).Wait()), "COMPLETED");
}

TEST_F(RedisTest, ASecretOfTheConnectionIsSentAndNotShown) {
  settings_.secrets = {{"api_key", support::PlainSecret("key-of-the-target")}};
  core::BrokerTarget target = To(Kind::kStream, "orders", R"({"key":"{{secrets.api_key}}"})");
  target.properties = {{"auth", "{{secrets.api_key}}"}};
  core::ClaimedRun run = ClaimOf(target, settings_);
  run.trace = std::make_shared<core::AttemptTrace>();
  const auto trace = run.trace;
  const AttemptResult result = Begin(std::move(run))->Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  const std::string entry = server_->Cli({"XRANGE", "orders", "-", "+"});
  EXPECT_NE(entry.find("body\n{\"key\":\"key-of-the-target\"}\n"), std::string::npos) << entry;
  EXPECT_NE(entry.find("auth\nkey-of-the-target"), std::string::npos) << entry;
  EXPECT_EQ(trace->request().find("key-of-the-target"), std::string::npos);
  EXPECT_NE(trace->request().find("{\"key\":\"[redacted]\"}"), std::string::npos);
  target.body = "{{secrets.other}}";
  EXPECT_EQ(CodeOf(Run(target, settings_)), "VALIDATION");
  target = To(Kind::kStream, "{{secrets.api_key}}");
  EXPECT_EQ(CodeOf(Run(target, settings_)), "VALIDATION");
}

TEST_F(RedisTest, ASecretInAFileIsReadElsewhere) {
  settings_.secrets = {
      {"api_key", {core::Secret::Source::kFile, "key-of-the-target", core::SealedText()}}};
  const AttemptResult result =
      Run(To(Kind::kStream, "orders", "by {{secrets.api_key}}"), settings_);
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_NE(server_->Cli({"XRANGE", "orders", "-", "+"}).find("body\nby key-of-the-target\n"),
            std::string::npos);
}

}  // namespace
}  // namespace scheduler::dispatch
