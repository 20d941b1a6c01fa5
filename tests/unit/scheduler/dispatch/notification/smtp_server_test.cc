#include "scheduler/dispatch/notification/smtp_server.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/fake_secrets.h"

namespace scheduler::dispatch {
namespace {

using Security = core::SmtpSettings::Security;

std::string Read(const std::string& text, Security security = Security::kStarttls) {
  const absl::StatusOr<SmtpAddress> address = ParseSmtpAddress(text, security);
  return address.ok() ? address->host + " " + std::to_string(address->port) : "refused";
}

TEST(SmtpServerTest, ReadsAddresses) {
  EXPECT_EQ(Read("mail.example.com"), "mail.example.com 587");
  EXPECT_EQ(Read("mail.example.com", Security::kTls), "mail.example.com 465");
  EXPECT_EQ(Read("mail.example.com", Security::kNone), "mail.example.com 25");
  EXPECT_EQ(Read("mail.example.com:2525"), "mail.example.com 2525");
  EXPECT_EQ(Read("[::1]:25"), "::1 25");
  EXPECT_EQ(Read("[::1]"), "::1 587");
  for (const char* text :
       {"", ":25", "a:", "a:0", "a:70000", "a:25x", "a b", "a/b", "user@a", "[::1", "[::1]25"}) {
    EXPECT_EQ(Read(text), "refused") << text;
  }
}

TEST(SmtpServerTest, ReadsSecretsAndRedactsThemInTheFormsInWhichTheyAreSent) {
  core::SmtpSettings smtp;
  smtp.address = "mail.example.com";
  smtp.username = "ops";
  smtp.password = tests::SecretNamed("a");
  smtp.tls.server_name = "other.example.com";
  core::StoredConnection stored;
  stored.spec.tag = "mail";
  stored.spec.env[""] = smtp;
  core::ClaimedRun run;
  run.connections = {std::make_shared<const core::StoredConnection>(stored)};
  tests::FakeSecrets secrets;
  auto connection = AttemptConnection::Find(run, "mail", &secrets);
  ASSERT_TRUE(connection.ok());
  const absl::StatusOr<SmtpServer> server = ReadSmtpServer(&*connection);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ(server->password.view(), "a-secret");
  EXPECT_EQ(server->server_name, "other.example.com");
  EXPECT_TRUE(server->client_key.empty());
  EXPECT_EQ(connection->redactor().Redact("AG9wcwBhLXNlY3JldA== YS1zZWNyZXQ= a-secret", false),
            "[redacted] [redacted] [redacted]");
  EXPECT_EQ(secrets.places, "env[].smtp.password;");
}

}  // namespace
}  // namespace scheduler::dispatch
