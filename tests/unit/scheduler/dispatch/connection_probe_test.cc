#include "scheduler/dispatch/connection_probe.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "tests/support/connections.h"

namespace scheduler::dispatch {
namespace {

core::ClaimedRun ProbeWith(core::Settings settings, const std::string& env = "") {
  return ProbeOf(support::ConnectionOf("account", std::move(settings)), env);
}

template <typename Target>
Target TargetOf(const core::ClaimedRun& run) {
  const auto* target = std::get_if<Target>(&run.event->target);
  EXPECT_NE(target, nullptr) << run.event->target.index();
  return target == nullptr ? Target() : *target;
}

template <typename Message>
void ExpectOneChannel(const core::Settings& settings) {
  const auto target = TargetOf<core::NotificationTarget>(ProbeWith(settings));
  ASSERT_EQ(target.channels.size(), 1u);
  EXPECT_EQ(target.channels[0].connection, "account");
  EXPECT_TRUE(std::holds_alternative<Message>(target.channels[0].message));
}

TEST(ConnectionProbeTest, ItIsARunThatProbesTheConnection) {
  const core::ClaimedRun run = ProbeWith(core::RedisSettings(), "staging");
  EXPECT_TRUE(run.probe);
  EXPECT_EQ(run.env, "staging");
  EXPECT_EQ(run.product, "default");
  EXPECT_EQ(run.event->product, "default");
  EXPECT_EQ(run.job_tag, "account");
  ASSERT_EQ(run.connections.size(), 1u);
  EXPECT_EQ(run.connections[0]->spec.tag, "account");
}

TEST(ConnectionProbeTest, HttpIsAskedForTheHeadOfItsBaseUrl) {
  const auto target = TargetOf<core::HttpTarget>(ProbeWith(core::HttpSettings()));
  EXPECT_EQ(target.connection, "account");
  EXPECT_EQ(target.method, core::HttpMethod::kHead);
  EXPECT_EQ(target.url, "");
  EXPECT_FALSE(target.success_codes.empty());
}

TEST(ConnectionProbeTest, DatabasesAreAskedForTheirVersion) {
  auto target = TargetOf<core::DatabaseTarget>(ProbeWith(core::SqlSettings()));
  EXPECT_EQ(target.connection, "account");
  EXPECT_EQ(target.operation, core::DatabaseTarget::Operation::kRead);
  EXPECT_EQ(target.statement, "SELECT version()");
  target = TargetOf<core::DatabaseTarget>(ProbeWith(core::MongoSettings()));
  EXPECT_EQ(target.connection, "account");
  EXPECT_EQ(target.statement, "");
}

TEST(ConnectionProbeTest, BrokersAndCallsHaveNothingButTheConnection) {
  const std::vector<core::Settings> brokers = {core::KafkaSettings(),    core::RedisSettings(),
                                               core::RabbitmqSettings(), core::NatsSettings(),
                                               core::PubsubSettings(),   core::AwsSettings()};
  core::BrokerTarget named;
  named.connection = "account";
  for (const core::Settings& settings : brokers) {
    EXPECT_EQ(TargetOf<core::BrokerTarget>(ProbeWith(settings)), named);
  }
  core::GrpcTarget grpc;
  grpc.connection = "account";
  EXPECT_EQ(TargetOf<core::GrpcTarget>(ProbeWith(core::GrpcSettings())), grpc);
}

TEST(ConnectionProbeTest, MessagesHaveOneChannel) {
  ExpectOneChannel<core::EmailMessage>(core::SmtpSettings());
  ExpectOneChannel<core::PushMessage>(core::PushSettings());
  ExpectOneChannel<core::SmsMessage>(core::SmsSettings());
}

TEST(ConnectionProbeTest, TheSettingsAreThoseOfTheEnvironment) {
  auto connection = std::make_shared<core::StoredConnection>();
  connection->spec.tag = "account";
  connection->spec.env["staging"] = core::RedisSettings();
  TargetOf<core::BrokerTarget>(ProbeOf(connection, "staging"));
  // As for a run, the attempt says that there are none.
  const core::ClaimedRun none = ProbeOf(connection, "production");
  const std::vector<std::string_view> named = core::ConnectionsOf(none.event->target);
  ASSERT_EQ(named.size(), 1u);
  EXPECT_TRUE(absl::IsInvalidArgument(AttemptConnection::Find(none, named[0], nullptr).status()));
}

}  // namespace
}  // namespace scheduler::dispatch
