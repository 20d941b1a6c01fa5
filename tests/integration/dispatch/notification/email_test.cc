#include <atomic>
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/support/certificates.h"
#include "tests/support/http_server.h"
#include "tests/support/notifications.h"
#include "tests/support/smtp_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using nlohmann::json;
using support::Attempt;
using support::CodeOf;
using support::SmtpServer;
using testing::HasSubstr;
using Security = core::SmtpSettings::Security;

class EmailTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!SmtpServer::Available()) GTEST_SKIP() << "aiosmtpd cannot be had";
    certificate_ = support::MakeCertificate(dir_, "mail", "DNS:mail.test");
    ASSERT_FALSE(certificate_.certificate_file.empty());
  }

  static core::SmtpSettings Plain(const std::string& address) {
    core::SmtpSettings settings;
    settings.address = address;
    settings.security = Security::kNone;
    settings.from = "Ops <ops@example.com>";
    return settings;
  }
  core::SmtpSettings Encrypted(const std::string& address,
                               Security security = Security::kStarttls) const {
    core::SmtpSettings settings = Plain(address);
    settings.security = security;
    settings.tls.server_name = "mail.test";
    settings.tls.ca_certificates = support::SecretIn(certificate_.certificate_file);
    return settings;
  }
  std::vector<std::string> TlsArguments(const std::string& security) const {
    return {"--security",         security, "--cert", certificate_.certificate_file, "--key",
            certificate_.key_file};
  }

  static core::EmailMessage Hello(std::vector<std::string> to = {"a@example.com"}) {
    core::EmailMessage email;
    email.to = std::move(to);
    email.subject = "Hello";
    email.text = "Hi\n";
    return email;
  }
  core::ClaimedRun RunOf(const core::SmtpSettings& settings, core::EmailMessage email,
                         int64_t number = 1) {
    core::ClaimedRun run = support::NotificationOf({{"mail", std::move(email)}}, number);
    run.connections = {support::ConnectionOf("mail", settings)};
    return run;
  }
  AttemptResult Send(const core::SmtpSettings& settings, core::EmailMessage email = Hello()) {
    return Attempt(&executor_, RunOf(settings, std::move(email))).Wait();
  }
  core::ClaimedRun ProbeOf(const core::SmtpSettings& settings, base::Millis timeout = 20'000) {
    core::ClaimedRun run = RunOf(settings, core::EmailMessage());
    run.probe = true;
    run.attempt_timeout = timeout;
    return run;
  }
  AttemptResult Probe(const core::SmtpSettings& settings, base::Millis timeout = 20'000) {
    return Attempt(&executor_, ProbeOf(settings, timeout)).Wait();
  }
  static json ChannelOf(const AttemptResult& result) {
    return json::parse(result.output->output)["channels"][0];
  }

  const support::TempDir dir_;
  support::Certificate certificate_;
  base::SystemClock clock_;
  support::NamedSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  NotificationExecutor executor_{NotificationOptions(), &egress_, &clock_, &secrets_, nullptr};
};

TEST_F(EmailTest, AMailArrivesAsItWasWritten) {
  SmtpServer server;
  core::EmailMessage email = Hello({"Ä <a@example.com>", "b@example.com"});
  email.cc = {"c@example.com"};
  email.bcc = {"hidden@example.com"};
  email.reply_to = "answers@example.com";
  email.subject =
      "Grüße: der nächtliche Lauf ist fertig, und alles ist so gut gegangen, wie es nur gehen kann "
      "😀";
  email.text = "Hällo\r\n.\r\n..two dots\r\n" + std::string(300, 'x') + " \nFrom me\n";
  email.html = "<p>こんにちは、世界。これはとても長い文です。</p>\n";
  const AttemptResult result = Send(Plain(server.address()), email);
  ASSERT_EQ(CodeOf(result), "COMPLETED") << server.log();
  EXPECT_EQ(result.output->output,
            R"({"channels":[{"failed":0,"id":"TEST1","kind":"email","sent":4,"status":"sent"}]})");
  const std::vector<json> mails = server.mails();
  ASSERT_EQ(mails.size(), 1U);
  const json& mail = mails[0];
  EXPECT_EQ(mail["sender"], "ops@example.com");
  EXPECT_EQ(mail["recipients"],
            json::array({"a@example.com", "b@example.com", "c@example.com", "hidden@example.com"}));
  EXPECT_EQ(mail["defects"], json::array());
  EXPECT_EQ(mail["headers"]["subject"], email.subject);
  EXPECT_EQ(mail["headers"]["from"], "Ops <ops@example.com>");
  EXPECT_EQ(mail["headers"]["to"], "Ä <a@example.com>, b@example.com");
  EXPECT_EQ(mail["headers"]["cc"], "c@example.com");
  EXPECT_EQ(mail["headers"]["reply-to"], "answers@example.com");
  EXPECT_FALSE(mail["headers"].contains("bcc"));
  EXPECT_EQ(mail["type"], "multipart/alternative");
  EXPECT_EQ(mail["text"], "Hällo\n.\n..two dots\n" + std::string(300, 'x') + " \nFrom me\n");
  EXPECT_EQ(mail["html"], email.html);
  EXPECT_LE(mail["longest"].get<int>(), 78);
}

TEST_F(EmailTest, AMailSaysWhichRunSentIt) {
  SmtpServer server;
  core::ClaimedRun run = RunOf(Plain(server.address()), Hello(), 12);
  run.attempt = 3;
  const std::string id = core::FormatRunId(run.key);
  const std::string token = std::to_string(run.token);
  const std::string trace = core::TraceparentOf(run.key);
  ASSERT_EQ(CodeOf(Attempt(&executor_, run).Wait()), "COMPLETED");
  const json headers = server.mails().at(0)["headers"];
  EXPECT_EQ(headers["message-id"], "<" + id + "@ductape-jobs>");
  EXPECT_EQ(headers["ductape-product"], "default");
  EXPECT_EQ(headers["ductape-job"], "example_job");
  EXPECT_EQ(headers["ductape-run-number"], "12");
  EXPECT_EQ(headers["ductape-attempt"], "3");
  EXPECT_EQ(headers["ductape-scheduled-time"], "2025-01-02T03:04:05.678Z");
  EXPECT_EQ(headers["ductape-fencing-token"], token);
  EXPECT_EQ(headers["traceparent"], trace);
}

TEST_F(EmailTest, StarttlsWithALogin) {
  std::vector<std::string> arguments = TlsArguments("starttls");
  arguments.insert(arguments.end(), {"--login", "ops:right-password"});
  SmtpServer server(arguments);
  core::SmtpSettings settings = Encrypted(server.address());
  settings.username = "ops";
  settings.password = support::SecretOf("right-password");
  const AttemptResult result = Send(settings);
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message << server.log();
  EXPECT_EQ(server.mails().at(0)["tls"], true);
  EXPECT_THAT(server.mails().at(0)["login"].get<std::string>(), HasSubstr(" ops"));

  settings.password = support::SecretOf("wrong-password");
  const AttemptResult wrong = Send(settings);
  EXPECT_EQ(CodeOf(wrong), failure::kUnauthenticated) << wrong.error->message;
  EXPECT_EQ(wrong.error->status, 535);
  settings.username.clear();
  EXPECT_EQ(CodeOf(Send(settings)), failure::kUnauthenticated);
  settings.username = "ops";
  settings.password = support::SecretOf("gone");
  EXPECT_EQ(CodeOf(Send(settings)), failure::kSecretUnavailable);
  EXPECT_EQ(server.mail_count(), 1U);
}

TEST_F(EmailTest, TlsFromTheStart) {
  SmtpServer server(TlsArguments("tls"));
  EXPECT_EQ(CodeOf(Send(Encrypted(server.address(), Security::kTls))), "COMPLETED") << server.log();
  EXPECT_EQ(server.mails().at(0)["tls"], true);
}

TEST_F(EmailTest, AClientCertificateIsShown) {
  const support::Certificate client = support::MakeCertificate(dir_, "client", "DNS:client.test");
  std::vector<std::string> arguments = TlsArguments("tls");
  arguments.insert(arguments.end(), {"--client-ca", client.certificate_file});
  SmtpServer server(arguments);
  core::SmtpSettings settings = Encrypted(server.address(), Security::kTls);
  EXPECT_EQ(CodeOf(Send(settings)), failure::kConnection);
  settings.tls.client_certificate = support::SecretIn(client.certificate_file);
  settings.tls.client_key = support::SecretOf("nonsense");
  EXPECT_EQ(CodeOf(Send(settings)), failure::kValidation);
  settings.tls.client_key = support::SecretIn(client.key_file);
  EXPECT_EQ(CodeOf(Send(settings)), "COMPLETED") << server.log();
}

TEST_F(EmailTest, StarttlsMustSucceed) {
  SmtpServer plain;
  const AttemptResult result = Send(Encrypted(plain.address()));
  EXPECT_EQ(CodeOf(result), failure::kConnection) << result.error->message;
  EXPECT_EQ(plain.mail_count(), 0U);
}

TEST_F(EmailTest, CertificatesAreVerified) {
  SmtpServer server(TlsArguments("starttls"));
  core::SmtpSettings settings = Encrypted(server.address());
  settings.tls.ca_certificates = {};
  EXPECT_EQ(CodeOf(Send(settings)), failure::kConnection);
  settings = Encrypted(server.address());
  settings.tls.server_name.clear();
  EXPECT_EQ(CodeOf(Send(settings)), failure::kConnection);
  settings.tls.server_name = "other.test";
  EXPECT_EQ(CodeOf(Send(settings)), failure::kConnection);
  EXPECT_EQ(server.mail_count(), 0U);
  settings.tls.insecure_skip_verify = true;
  EXPECT_EQ(CodeOf(Send(settings)), "COMPLETED");
}

TEST_F(EmailTest, SomeRecipientsMayBeRefused) {
  SmtpServer server;
  const AttemptResult result =
      Send(Plain(server.address()),
           Hello({"reject-550_5.1.1_no_such_user@example.com", "a@example.com"}));
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  const json channel = ChannelOf(result);
  EXPECT_EQ(channel["sent"], 1);
  EXPECT_EQ(channel["failed"], 1);
  EXPECT_EQ(channel["failures"][0]["code"], failure::kNotFound);
  EXPECT_EQ(channel["failures"][0]["message"], "550 5.1.1 no such user");
  EXPECT_EQ(server.mails().at(0)["recipients"], json::array({"a@example.com"}));
}

TEST_F(EmailTest, RefusalsGiveTheirClass) {
  SmtpServer server;
  const std::pair<std::string, std::string_view> table[] = {
      {"reject-550_5.1.1_nobody", failure::kNotFound},
      {"reject-450_4.2.0_greylisted", failure::kUnavailable},
      {"reject-554_5.7.1_relaying_denied", failure::kForbidden},
      {"data-554_5.7.1_spam", failure::kForbidden},
      {"data-451_4.4.5_congested", failure::kRateLimited},
      {"data-552_5.3.4_too_big", failure::kValidation},
  };
  for (const auto& [local, code] : table) {
    const AttemptResult result = Send(Plain(server.address()), Hello({local + "@example.com"}));
    EXPECT_EQ(CodeOf(result), code) << local << ": " << result.error->message;
    EXPECT_NE(result.error->status, 0) << local;
  }
}

TEST_F(EmailTest, ConnectionsAreKept) {
  SmtpServer server;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(CodeOf(Send(Plain(server.address()))), "COMPLETED");
  // A refusal does no harm to what follows.
  EXPECT_EQ(CodeOf(Send(Plain(server.address()), Hello({"data-554_no@example.com"}))),
            failure::kValidation);
  EXPECT_EQ(CodeOf(Send(Plain(server.address()))), "COMPLETED");
  std::set<int> peers;
  for (const json& mail : server.mails()) peers.insert(mail["peer"].get<int>());
  EXPECT_LE(peers.size(), 2U);
}

TEST_F(EmailTest, ASecondMailDoesNotGoOverTheConnectionOfAnotherLogin) {
  SmtpServer server({"--login", "ops:right-password"});
  core::SmtpSettings settings = Plain(server.address());
  settings.username = "ops";
  settings.password = support::SecretOf("right-password");
  EXPECT_EQ(CodeOf(Send(settings)), "COMPLETED");
  settings.password = support::SecretOf("wrong-password");
  EXPECT_EQ(CodeOf(Send(settings)), failure::kUnauthenticated);
}

TEST_F(EmailTest, AServerThatIsGoneIsAConnectionFailureAndThenBackAgain) {
  EXPECT_EQ(CodeOf(Send(Plain("127.0.0.1:" + std::to_string(support::UnusedPort())))),
            failure::kConnection);
  EXPECT_EQ(CodeOf(Send(Plain("no-such-host.invalid"))), failure::kConnection);
  SmtpServer server;
  EXPECT_EQ(CodeOf(Send(Plain(server.address()), Hello({"break@example.com"}))),
            failure::kConnection);
  EXPECT_EQ(CodeOf(Send(Plain(server.address()))), "COMPLETED");
  server.Kill();
  EXPECT_EQ(CodeOf(Send(Plain(server.address()))), failure::kConnection);
}

TEST_F(EmailTest, AServerThatCameBackIsFoundAgainAtOnce) {
  const std::string port = std::to_string(support::UnusedPort());
  auto server = std::make_unique<SmtpServer>(std::vector<std::string>{"--port", port});
  const core::SmtpSettings settings = Plain(server->address());
  EXPECT_EQ(CodeOf(Send(settings)), "COMPLETED");
  server.reset();
  server = std::make_unique<SmtpServer>(std::vector<std::string>{"--port", port});
  EXPECT_EQ(CodeOf(Send(settings)), "COMPLETED") << server->log();
}

TEST_F(EmailTest, AServerThatHangsTimesOut) {
  SmtpServer server;
  core::ClaimedRun run = RunOf(Plain(server.address()), Hello({"hang@example.com"}));
  run.attempt_timeout = 300;
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kTimeout);
}

TEST_F(EmailTest, AServerThatDoesNotGreetTimesOutAndCancelEndsIt) {
  SmtpServer server;
  kill(server.pid(), SIGSTOP);
  core::ClaimedRun run = RunOf(Plain(server.address()), Hello());
  run.attempt_timeout = 300;
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kTimeout);
  Attempt cancelled(&executor_, RunOf(Plain(server.address()), Hello(), 2));
  executor_.Cancel(cancelled.ref());
  EXPECT_EQ(CodeOf(cancelled.Wait()), "CANCELLED");
  kill(server.pid(), SIGCONT);
}

TEST_F(EmailTest, CancelEndsAMailUnderWay) {
  SmtpServer server;
  Attempt attempt(&executor_, RunOf(Plain(server.address()), Hello({"hang@example.com"})));
  while (server.mail_count() == 0) std::this_thread::yield();
  executor_.Cancel(attempt.ref());
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
}

TEST_F(EmailTest, AServerThatHangsHoldsOnlyItsOwnMails) {
  SmtpServer hangs;
  SmtpServer works;
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 80; ++i) {
    attempts.push_back(std::make_unique<Attempt>(
        &executor_, RunOf(Plain(hangs.address()), Hello({"hang@example.com"}), i)));
  }
  core::ClaimedRun other = support::NotificationOf({{"other", Hello()}}, 1000);
  other.connections = {support::ConnectionOf("other", Plain(works.address()))};
  EXPECT_EQ(CodeOf(Attempt(&executor_, other).Wait()), "COMPLETED");
  while (hangs.mail_count() < 50) std::this_thread::yield();
  executor_.Shutdown();
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "CANCELLED");
  EXPECT_EQ(hangs.mail_count(), 50U);
}

TEST_F(EmailTest, DeniedAddressesAreNotDialled) {
  const AttemptResult result = Send(Plain("169.254.169.254:25"));
  EXPECT_EQ(CodeOf(result), failure::kEgressDenied);
  EXPECT_THAT(result.error->message, HasSubstr("169.254.169.254"));
}

TEST_F(EmailTest, OnlyAllowedAddressesOfANameAreDialledAndItIsResolvedOnce) {
  SmtpServer server;
  EgressOptions egress_options;
  egress_options.deny = {"127.0.0.2"};
  const EgressPolicy egress = EgressPolicy::Create(egress_options).value();
  std::atomic<int> look_ups{0};
  NotificationOptions options;
  options.look_up = [&](const std::string& /*host*/) -> absl::StatusOr<std::vector<IpAddress>> {
    ++look_ups;
    return std::vector<IpAddress>{*ParseIpAddress("127.0.0.2"), *ParseIpAddress("127.0.0.1")};
  };
  NotificationExecutor executor(options, &egress, &clock_, &secrets_, nullptr);
  const core::SmtpSettings settings = Plain("mail.test:" + std::to_string(server.port()));
  EXPECT_EQ(CodeOf(Attempt(&executor, RunOf(settings, Hello())).Wait()), "COMPLETED");
  EXPECT_EQ(look_ups, 1);
}

TEST_F(EmailTest, WhatCannotBeSentFailsValidation) {
  SmtpServer server;
  EXPECT_EQ(CodeOf(Send(Plain("not an address"))), failure::kValidation);
  EXPECT_EQ(CodeOf(Send(Plain(server.address()), Hello({"nobody"}))), failure::kValidation);
  core::ClaimedRun run = RunOf(Plain(server.address()), Hello());
  run.connections.clear();
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kConnectionNotFound);
  run.connections = {support::ConnectionOf("mail", core::SmsSettings())};
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kValidation);
  EXPECT_EQ(server.mail_count(), 0U);
}

TEST_F(EmailTest, StrangeAnswersAreBounded) {
  SmtpServer server;
  for (const char* who : {"hostile@example.com", "huge@example.com"}) {
    const AttemptResult result = Send(Plain(server.address()), Hello({who}));
    ASSERT_NE(result.error, nullptr);
    EXPECT_LE(result.error->message.size(), 1024U);
    EXPECT_FALSE(failure::IsRetryable(*result.error, core::RetryPolicy())) << result.error->message;
  }
}

TEST_F(EmailTest, AProbeLogsInAndSendsNothing) {
  std::vector<std::string> arguments = TlsArguments("starttls");
  arguments.insert(arguments.end(), {"--login", "ops:right-password"});
  SmtpServer server(arguments);
  core::SmtpSettings settings = Encrypted(server.address());
  settings.username = "ops";
  settings.password = support::SecretOf("right-password");
  const AttemptResult result = Probe(settings);
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message << server.log();
  EXPECT_THAT(result.output->output, HasSubstr("220 mail.test"));
  settings.password = support::SecretOf("wrong-password");
  const AttemptResult wrong = Probe(settings);
  EXPECT_EQ(CodeOf(wrong), failure::kUnauthenticated) << wrong.error->message;
  EXPECT_EQ(wrong.error->status, 535);
  EXPECT_THAT(wrong.error->message, testing::StartsWith("535"));
  settings.password = support::SecretOf("gone");
  EXPECT_EQ(CodeOf(Probe(settings)), failure::kSecretUnavailable);
  settings.password = support::SecretOf("right-password");
  settings.tls.server_name = "other.test";
  EXPECT_EQ(CodeOf(Probe(settings)), failure::kConnection);
  EXPECT_EQ(server.mail_count(), 0U);
}

TEST_F(EmailTest, AProbeTellsWhatIsWrong) {
  EXPECT_EQ(CodeOf(Probe(Plain("127.0.0.1:" + std::to_string(support::UnusedPort())))),
            failure::kConnection);
  EXPECT_EQ(CodeOf(Probe(Plain("169.254.169.254:25"))), failure::kEgressDenied);
  EXPECT_EQ(CodeOf(Probe(Plain("not an address"))), failure::kValidation);
  SmtpServer server;
  // What is kept of earlier mails is of no use to it.
  EXPECT_EQ(CodeOf(Send(Plain(server.address()))), "COMPLETED");
  kill(server.pid(), SIGSTOP);
  EXPECT_EQ(CodeOf(Probe(Plain(server.address()), 300)), failure::kTimeout);
  Attempt cancelled(&executor_, ProbeOf(Plain(server.address())));
  executor_.Cancel(cancelled.ref());
  EXPECT_EQ(CodeOf(cancelled.Wait()), "CANCELLED");
  kill(server.pid(), SIGCONT);
  EXPECT_EQ(CodeOf(Probe(Plain(server.address()))), "COMPLETED");
  EXPECT_EQ(server.mail_count(), 1U);
}

TEST_F(EmailTest, SecretsOfTheConnectionAreSentAndNotShown) {
  SmtpServer server;
  core::SmtpSettings settings = Plain(server.address());
  settings.secrets = {{"code", support::SecretOf("4711=<geheim>")}};
  core::EmailMessage email = Hello();
  email.subject = "Code {{secrets.code}}";
  email.text = "Say {{secrets.code}}\n";
  email.html = "<b>{{secrets.code}}</b>\n";
  core::ClaimedRun run = RunOf(settings, email);
  const auto trace = std::make_shared<core::AttemptTrace>();
  run.trace = trace;
  const AttemptResult result = Attempt(&executor_, run).Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  const json mail = server.mails().at(0);
  EXPECT_EQ(mail["headers"]["subject"], "Code 4711=<geheim>");
  EXPECT_EQ(mail["text"], "Say 4711=<geheim>\n");
  EXPECT_EQ(mail["html"], "<b>4711=&lt;geheim&gt;</b>\n");
  EXPECT_EQ(trace->request().find("geheim"), std::string::npos) << trace->request();
  EXPECT_THAT(trace->request(), HasSubstr("Say [redacted]"));
  email.text = "{{secrets.other}}";
  EXPECT_EQ(CodeOf(Send(settings, email)), failure::kValidation);
  EXPECT_EQ(CodeOf(Send(settings, Hello({"{{secrets.code}}@example.com"}))), failure::kValidation);
}

// Secrets in files, none of which is at hand.
class SlowSecrets final : public secrets::SecretSource {
 public:
  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& /*connection*/,
                                        const std::string& /*place*/,
                                        const core::Secret& secret) override {
    reader_ = std::this_thread::get_id();
    return base::SecretText(secret.name);
  }
  bool IsAtHand(const core::Secret& /*secret*/) override { return false; }
  std::thread::id reader() const { return reader_; }

 private:
  std::thread::id reader_;
};

TEST_F(EmailTest, ASecretThatIsNotAtHandIsReadOnAnotherThread) {
  SmtpServer server;
  core::SmtpSettings settings = Plain(server.address());
  settings.secrets = {{"code", support::SecretOf("the-code")}};
  core::EmailMessage email = Hello();
  email.text = "Say {{secrets.code}}\n";
  SlowSecrets slow;
  NotificationExecutor executor(NotificationOptions(), &egress_, &clock_, &slow, nullptr);
  ASSERT_EQ(CodeOf(Attempt(&executor, RunOf(settings, email)).Wait()), "COMPLETED");
  EXPECT_EQ(server.mails().at(0)["text"], "Say the-code\n");
  EXPECT_NE(slow.reader(), std::this_thread::get_id());
}

}  // namespace
}  // namespace scheduler::dispatch
