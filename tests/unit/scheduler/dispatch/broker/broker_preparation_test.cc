#include "scheduler/dispatch/broker/broker_preparation.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/template/connection_secrets.h"
#include "tests/support/attempts.h"
#include "tests/support/connections.h"

namespace scheduler::dispatch {
namespace {

core::BrokerTarget Target() {
  core::BrokerTarget target;
  target.connection = "broker";
  target.destination = "orders";
  return target;
}

absl::StatusOr<BrokerMessage> Prepare(const core::BrokerTarget& target,
                                      const std::string& input = "") {
  core::ClaimedRun run = support::ClaimedRunOf(target, 7);
  run.input_json = input;
  return PrepareMessage(target, run, 1234, nullptr);
}

// Prepared with the secrets of a connection that has `api_key` and `gone`; `redactor` becomes the connection's.
absl::StatusOr<BrokerMessage> PrepareWithSecrets(const core::BrokerTarget& target,
                                                 SecretRedactor* redactor = nullptr) {
  core::RedisSettings settings;
  settings.secrets = {{"api_key", support::PlainSecret("s\"cret")},
                      {"gone", support::PlainSecret("gone")}};
  core::ClaimedRun run = support::ClaimedRunOf(target);
  run.connections = {support::ConnectionOf("broker", settings)};
  support::PlainSecrets secrets;
  absl::StatusOr<AttemptConnection> connection = AttemptConnection::Find(run, "broker", &secrets);
  absl::StatusOr<BrokerMessage> message =
      PrepareMessage(target, run, 1234, nullptr, SecretsOf(&*connection));
  if (redactor != nullptr) *redactor = std::move(connection->redactor());
  return message;
}

absl::StatusOr<std::shared_ptr<const BrokerAccount>> Account(const std::string& password) {
  core::RedisSettings settings;
  if (!password.empty()) settings.password = support::PlainSecret(password);
  core::ClaimedRun run = support::ClaimedRunOf(Target());
  run.connections = {support::ConnectionOf("broker", settings)};
  support::PlainSecrets secrets;
  absl::StatusOr<AttemptConnection> connection = AttemptConnection::Find(run, "broker", &secrets);
  return AccountOf(&*connection);
}

TEST(BrokerPreparationTest, AnEmptyBodyIsTheInput) {
  EXPECT_EQ(Prepare(Target(), R"({"a":1})")->body, R"({"a":1})");
  EXPECT_EQ(Prepare(Target())->body, "{}");
  core::BrokerTarget target = Target();
  target.body = "text";
  EXPECT_EQ(Prepare(target, R"({"a":1})")->body, "text");
}

TEST(BrokerPreparationTest, TakesTheTargetAndTheRun) {
  core::BrokerTarget target = Target();
  target.key = "k";
  target.properties = {{"a", "b"}};
  const absl::StatusOr<BrokerMessage> message = Prepare(target);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(message->destination, "orders");
  EXPECT_EQ(message->key, "k");
  EXPECT_EQ(message->properties.at("a"), "b");
  EXPECT_EQ(message->run.key.number, 7);
  EXPECT_EQ(message->run_id(), core::FormatRunId(message->run.key));
  EXPECT_EQ(message->wall_time, 1234);
  EXPECT_EQ(message->attempt_timeout, 60'000);
}

TEST(BrokerPreparationTest, RefusesWhatCannotBeSent) {
  core::BrokerTarget target = Target();
  target.destination = "a\nb";
  EXPECT_TRUE(absl::IsInvalidArgument(Prepare(target).status()));
  target = Target();
  target.body = std::string(base::limits::kMaxMessageBytes + 1, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(Prepare(target).status()));
}

TEST(BrokerPreparationTest, AccountsAreSharedByThoseWithTheSameSecrets) {
  const auto first = Account("one-password");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ((*first)->SecretAt("password"), "one-password");
  EXPECT_EQ((*first)->SecretAt("tls.client_key"), "");
  EXPECT_EQ((*first)->key.find("one-password"), std::string::npos);
  EXPECT_EQ((*first)->key, (*Account("one-password"))->key);
  EXPECT_NE((*first)->key, (*Account("other-password"))->key);
  EXPECT_NE((*first)->key, (*Account(""))->key);
  EXPECT_TRUE(absl::IsUnavailable(Account("gone").status()));
}

TEST(BrokerPreparationTest, SecretsLandInBodyKeyAndProperties) {
  core::BrokerTarget target = Target();
  target.key = "k-{{secrets.api_key}}";
  target.body = R"({"key":"{{secrets.api_key}}"})";
  target.properties = {{"auth", "Bearer {{secrets.api_key}}"}};
  SecretRedactor redactor;
  const absl::StatusOr<BrokerMessage> message = PrepareWithSecrets(target, &redactor);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(message->key, "k-s\"cret");
  EXPECT_EQ(message->body, R"({"key":"s\"cret"})");
  EXPECT_EQ(message->properties.at("auth"), "Bearer s\"cret");
  EXPECT_EQ(redactor.Redact(message->body, /*cut=*/false), R"({"key":"[redacted]"})");
}

TEST(BrokerPreparationTest, SecretsThatCannotBeHadFail) {
  core::BrokerTarget target = Target();
  target.body = "{{secrets.other}}";
  const absl::Status missing = PrepareWithSecrets(target).status();
  EXPECT_EQ(missing, absl::InvalidArgumentError("the template of body: connection \"broker\" has "
                                                "no secret of the name \"other\""));
  target.body = "{{secrets.gone}}";
  EXPECT_TRUE(absl::IsUnavailable(PrepareWithSecrets(target).status()));
  target.body = "";
  target.destination = "orders-{{secrets.api_key}}";
  EXPECT_TRUE(absl::IsInvalidArgument(PrepareWithSecrets(target).status()));
}

TEST(BrokerPreparationTest, AProbeHasItsAccountAndNothingToSay) {
  core::ClaimedRun run = support::ClaimedRunOf(core::BrokerTarget{});
  run.probe = true;
  const BrokerMessage message = PrepareProbe(run, 1234, *Account("one-password"));
  EXPECT_TRUE(message.probe);
  EXPECT_EQ(message.run.token, run.token);
  EXPECT_EQ(message.attempt_timeout, run.attempt_timeout);
  EXPECT_EQ(message.account->SecretAt("password"), "one-password");
  EXPECT_EQ(message.body, "");
}

TEST(BrokerPreparationTest, TheSecretsOfTemplatesAreNoneOfTheAccounts) {
  core::RedisSettings settings;
  settings.password = support::PlainSecret("one-password");
  settings.secrets = {{"api_key", support::PlainSecret("gone")}};
  core::ClaimedRun run = support::ClaimedRunOf(Target());
  run.connections = {support::ConnectionOf("broker", settings)};
  support::PlainSecrets secrets;
  absl::StatusOr<AttemptConnection> connection = AttemptConnection::Find(run, "broker", &secrets);
  const auto account = AccountOf(&*connection);
  ASSERT_TRUE(account.ok()) << account.status();
  EXPECT_EQ((*account)->secrets.size(), 1u);
  EXPECT_EQ((*account)->key, (*Account("one-password"))->key);
}

}  // namespace
}  // namespace scheduler::dispatch
