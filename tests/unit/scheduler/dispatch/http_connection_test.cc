#include "scheduler/dispatch/http_connection.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_secrets.h"

namespace scheduler::dispatch {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using tests::SecretNamed;

struct Connected {
  core::HttpTarget target;
  SecretRedactor redactor;
};

class HttpConnectionTest : public testing::Test {
 protected:
  HttpConnectionTest() {
    target_.connection = "billing";
    target_.url = "/orders?x=1";
    connection_.spec.tag = "billing";
    settings().base_url = "https://billing.example.com/v2/";
  }
  core::HttpSettings& settings(const std::string& env = "") {
    return std::get<core::HttpSettings>(connection_.spec.env[env]);
  }
  absl::StatusOr<Connected> Try() {
    run_.connections = {std::make_shared<const core::StoredConnection>(connection_)};
    auto connection = AttemptConnection::Find(run_, "billing", &secrets_);
    if (!connection.ok()) return connection.status();
    auto target = Connect(target_, &*connection);
    if (!target.ok()) return target.status();
    return Connected{*std::move(target), std::move(connection->redactor())};
  }
  Connected Get() {
    absl::StatusOr<Connected> connected = Try();
    EXPECT_TRUE(connected.ok()) << connected.status();
    return connected.ok() ? *std::move(connected) : Connected();
  }

  core::HttpTarget target_;
  core::ClaimedRun run_;
  core::StoredConnection connection_;
  tests::FakeSecrets secrets_;
};

TEST_F(HttpConnectionTest, AppendsThePathAndMergesHeaders) {
  settings().headers = {{"X-A", "theirs"}, {"X-B", "b"}};
  target_.headers = {{"x-a", "own"}, {"X-C", "c"}};
  const Connected connected = Get();
  EXPECT_EQ(connected.target.url, "https://billing.example.com/v2/orders?x=1");
  EXPECT_THAT(connected.target.headers,
              testing::UnorderedElementsAre(testing::Pair("x-a", "own"), testing::Pair("X-B", "b"),
                                            testing::Pair("X-C", "c")));
  EXPECT_TRUE(connected.redactor.empty());
}

TEST_F(HttpConnectionTest, ARunUsesTheSettingsOfItsEnvironment) {
  settings("staging").base_url = "http://staging";
  settings("staging").auth = core::BearerAuth{SecretNamed("staging")};
  run_.env = "staging";
  EXPECT_EQ(Get().target.url, "http://staging/orders?x=1");
  EXPECT_EQ(secrets_.places, "env[staging].http.auth.bearer.token;");
  run_.env = "other";
  EXPECT_EQ(Get().target.url, "https://billing.example.com/v2/orders?x=1");
  connection_.spec.env.erase("");
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(HttpConnectionTest, AuthenticatesInEachWay) {
  settings().auth = core::BearerAuth{SecretNamed("a")};
  EXPECT_EQ(Get().target.headers.at("Authorization"), "Bearer a-secret");
  settings().auth = core::BasicAuth{"jobs", SecretNamed("a")};
  EXPECT_EQ(Get().target.headers.at("Authorization"), "Basic am9iczphLXNlY3JldA==");
  settings().auth = core::BasicAuth{"jobs", {}};
  EXPECT_EQ(Get().target.headers.at("Authorization"), "Basic am9iczo=");
  settings().auth = core::ApiKeyAuth{false, "X-Key", SecretNamed("a")};
  EXPECT_EQ(Get().target.headers.at("X-Key"), "a-secret");
  settings().auth = core::ApiKeyAuth{true, "key", SecretNamed("a")};
  EXPECT_EQ(Get().target.query.at("key"), "a-secret");
}

TEST_F(HttpConnectionTest, WhatIsSentIsRedacted) {
  settings().auth = core::BasicAuth{"jobs", SecretNamed("a")};
  const Connected connected = Get();
  EXPECT_EQ(connected.redactor.Redact("a-secret am9iczphLXNlY3JldA==", false),
            "[redacted] [redacted]");
}

TEST_F(HttpConnectionTest, WhatTheEventSaysItselfStands) {
  settings().auth = core::BearerAuth{SecretNamed("a")};
  target_.headers = {{"authorization", "own"}};
  EXPECT_EQ(Get().target.headers.size(), 1U);
  settings().auth = core::ApiKeyAuth{true, "key", SecretNamed("a")};
  target_.query = {{"key", "own"}};
  EXPECT_EQ(Get().target.query.at("key"), "own");
  target_.query.clear();
  target_.url = "/orders?key=own";
  EXPECT_THAT(Get().target.query, IsEmpty());
  EXPECT_EQ(secrets_.places, "");
}

TEST_F(HttpConnectionTest, TellsWhatIsMissing) {
  settings().auth = core::BearerAuth{SecretNamed("gone")};
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kUnavailable);
  connection_.spec.env[""] = core::RedisSettings();
  const absl::Status other = Try().status();
  EXPECT_EQ(other.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(other.message()),
              HasSubstr("is of kind redis, and the event needs http"));
}

TEST_F(HttpConnectionTest, ASecretOfSeveralLinesIsNotSent) {
  settings().auth = core::BearerAuth{SecretNamed("a\nb")};
  const absl::Status status = Try().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("holds a control character"));
}

}  // namespace
}  // namespace scheduler::dispatch
