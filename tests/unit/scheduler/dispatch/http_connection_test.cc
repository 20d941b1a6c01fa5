#include "scheduler/dispatch/http_connection.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/strings.h"

namespace scheduler::dispatch {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Secrets are "<name>-secret"; one that is called "gone" cannot be read.
class FakeSecrets final : public secrets::SecretSource {
 public:
  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& /*connection*/,
                                        const std::string& place,
                                        const core::Secret& secret) override {
    places += place + ";";
    if (secret.name == "gone") return absl::UnavailableError("cannot be read");
    return base::SecretText(secret.name + "-secret");
  }
  std::string places;
};

core::Secret Named(const std::string& name) { return {core::Secret::Source::kEnvVar, name, {}}; }

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
  absl::StatusOr<ConnectedTarget> Try() {
    run_.connection = std::make_shared<const core::StoredConnection>(connection_);
    return Connect(target_, run_, &secrets_);
  }
  ConnectedTarget Connected() {
    absl::StatusOr<ConnectedTarget> connected = Try();
    EXPECT_TRUE(connected.ok()) << connected.status();
    return connected.ok() ? *std::move(connected) : ConnectedTarget();
  }

  core::HttpTarget target_;
  core::ClaimedRun run_;
  core::StoredConnection connection_;
  FakeSecrets secrets_;
};

TEST_F(HttpConnectionTest, AppendsThePathAndMergesHeaders) {
  settings().headers = {{"X-A", "theirs"}, {"X-B", "b"}};
  target_.headers = {{"x-a", "own"}, {"X-C", "c"}};
  const ConnectedTarget connected = Connected();
  EXPECT_EQ(connected.target.url, "https://billing.example.com/v2/orders?x=1");
  EXPECT_THAT(connected.target.headers,
              testing::UnorderedElementsAre(testing::Pair("x-a", "own"), testing::Pair("X-B", "b"),
                                            testing::Pair("X-C", "c")));
  EXPECT_TRUE(connected.redactor.empty());
}

TEST_F(HttpConnectionTest, ARunUsesTheSettingsOfItsEnvironment) {
  settings("staging").base_url = "http://staging";
  settings("staging").auth = core::BearerAuth{Named("staging")};
  run_.env = "staging";
  EXPECT_EQ(Connected().target.url, "http://staging/orders?x=1");
  EXPECT_EQ(secrets_.places, "env[staging].http.auth.bearer.token;");
  run_.env = "other";
  EXPECT_EQ(Connected().target.url, "https://billing.example.com/v2/orders?x=1");
  connection_.spec.env.erase("");
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(HttpConnectionTest, AuthenticatesInEachWay) {
  settings().auth = core::BearerAuth{Named("a")};
  EXPECT_EQ(Connected().target.headers.at("Authorization"), "Bearer a-secret");
  settings().auth = core::BasicAuth{"jobs", Named("a")};
  EXPECT_EQ(Connected().target.headers.at("Authorization"), "Basic am9iczphLXNlY3JldA==");
  settings().auth = core::BasicAuth{"jobs", {}};
  EXPECT_EQ(Connected().target.headers.at("Authorization"), "Basic am9iczo=");
  settings().auth = core::ApiKeyAuth{false, "X-Key", Named("a")};
  EXPECT_EQ(Connected().target.headers.at("X-Key"), "a-secret");
  settings().auth = core::ApiKeyAuth{true, "key", Named("a")};
  EXPECT_EQ(Connected().target.query.at("key"), "a-secret");
}

TEST_F(HttpConnectionTest, WhatIsSentIsRedacted) {
  settings().auth = core::BasicAuth{"jobs", Named("a")};
  const ConnectedTarget connected = Connected();
  EXPECT_EQ(connected.redactor.Redact("a-secret am9iczphLXNlY3JldA==", false),
            "[redacted] [redacted]");
}

TEST_F(HttpConnectionTest, WhatTheEventSaysItselfStands) {
  settings().auth = core::BearerAuth{Named("a")};
  target_.headers = {{"authorization", "own"}};
  EXPECT_EQ(Connected().target.headers.size(), 1U);
  settings().auth = core::ApiKeyAuth{true, "key", Named("a")};
  target_.query = {{"key", "own"}};
  EXPECT_EQ(Connected().target.query.at("key"), "own");
  target_.query.clear();
  target_.url = "/orders?key=own";
  EXPECT_THAT(Connected().target.query, IsEmpty());
  EXPECT_EQ(secrets_.places, "");
}

TEST_F(HttpConnectionTest, TellsWhatIsMissing) {
  settings().auth = core::BearerAuth{Named("gone")};
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Connect(target_, run_, nullptr).status().code(), absl::StatusCode::kUnavailable);
  run_.connection = nullptr;
  const absl::Status missing = Connect(target_, run_, &secrets_).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("\"billing\""));
}

}  // namespace
}  // namespace scheduler::dispatch
