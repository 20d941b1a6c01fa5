#include "scheduler/dispatch/broker/broker_preparation.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
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

}  // namespace
}  // namespace scheduler::dispatch
