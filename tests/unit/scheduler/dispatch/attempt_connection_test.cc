#include "scheduler/dispatch/attempt_connection.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "tests/support/fake_secrets.h"

namespace scheduler::dispatch {
namespace {

using testing::HasSubstr;
using tests::SecretNamed;

class AttemptConnectionTest : public testing::Test {
 protected:
  AttemptConnectionTest() {
    connection_.uid = 7;
    connection_.generation = 3;
    connection_.spec.tag = "cache";
    connection_.spec.env["staging"] = Redis("staging:6379");
    connection_.spec.env[""] = Redis("redis:6379");
  }
  static core::RedisSettings Redis(const std::string& address) {
    core::RedisSettings redis;
    redis.address = address;
    return redis;
  }
  absl::StatusOr<AttemptConnection> Find(const std::string& tag, const std::string& env) {
    run_.env = env;
    run_.connections = {std::make_shared<const core::StoredConnection>(connection_)};
    return AttemptConnection::Find(run_, tag, &secrets_);
  }

  core::ClaimedRun run_;
  core::StoredConnection connection_;
  tests::FakeSecrets secrets_;
};

TEST_F(AttemptConnectionTest, HasTheSettingsOfTheEnvironment) {
  const auto own = Find("cache", "staging");
  EXPECT_EQ((*own->As<core::RedisSettings>())->address, "staging:6379");
  EXPECT_EQ(own->Identity(), "7/3/staging");
  const auto other = Find("cache", "production");
  EXPECT_EQ((*other->As<core::RedisSettings>())->address, "redis:6379");
  EXPECT_EQ(other->Identity(), "7/3/");
}

TEST_F(AttemptConnectionTest, TellsWhatIsMissing) {
  EXPECT_EQ(UnsentAttempt(Find("other", "").status()).error->code,
            core::failure::kConnectionNotFound);
  connection_.spec.env.erase("");
  const absl::Status status = Find("cache", "production").status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("no settings for environment"));
  EXPECT_EQ(UnsentAttempt(status).error->code, core::failure::kValidation);
  const absl::Status kind = Find("cache", "staging")->As<core::KafkaSettings>().status();
  EXPECT_THAT(std::string(kind.message()),
              HasSubstr("is of kind redis, and the event needs kafka"));
}

TEST_F(AttemptConnectionTest, RedactsWhatItRead) {
  auto connection = *Find("cache", "");
  EXPECT_EQ(connection.Read("password", SecretNamed("a"))->view(), "a-secret");
  EXPECT_EQ(secrets_.places, "env[].redis.password;");
  EXPECT_EQ(connection.redactor().Redact("a-secret", false), "[redacted]");
  EXPECT_TRUE(connection.Read("password", core::Secret())->empty());
}

TEST_F(AttemptConnectionTest, WhatCannotBeReadIsUnavailable) {
  auto connection = *Find("cache", "");
  const absl::Status gone = connection.Read("password", SecretNamed("gone")).status();
  EXPECT_EQ(UnsentAttempt(gone).error->code, core::failure::kSecretUnavailable);
  const absl::Status bytes = connection.Read("password", SecretNamed("\xff")).status();
  EXPECT_THAT(std::string(bytes.message()), HasSubstr("is not UTF-8"));
  auto alone = *AttemptConnection::Find(run_, "cache", nullptr);
  EXPECT_FALSE(alone.Read("password", SecretNamed("a")).ok());
}

TEST_F(AttemptConnectionTest, AFileIsNotAtHand) {
  EXPECT_TRUE(Find("cache", "")->AllAtHand());
  std::get<core::RedisSettings>(connection_.spec.env[""]).password = {
      core::Secret::Source::kFile, "/run/secrets/redis", {}};
  EXPECT_FALSE(Find("cache", "")->AllAtHand());
}

}  // namespace
}  // namespace scheduler::dispatch
