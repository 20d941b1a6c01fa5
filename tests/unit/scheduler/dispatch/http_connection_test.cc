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
  ConnectedTarget all;
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
    auto all = Connect(target_, &*connection);
    if (!all.ok()) return all.status();
    return Connected{all->target, std::move(connection->redactor()), *std::move(all)};
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

TEST_F(HttpConnectionTest, ATokenIsToBeHadFirst) {
  connection_.uid = 7;
  connection_.generation = 3;
  settings().auth = core::Oauth2Auth{"https://id/token", "jobs", SecretNamed("a"), {}, "", false};
  const Connected connected = Get();
  ASSERT_TRUE(connected.all.token.has_value());
  EXPECT_EQ(connected.all.token->identity, "7/3/");
  EXPECT_EQ(connected.all.token->call.url, "https://id/token");
  EXPECT_EQ(connected.target.headers.count("Authorization"), 0u);
  EXPECT_EQ(connected.redactor.Redact("say a-secret", false), "say [redacted]");
  const core::HttpTarget sent = WithToken(connected.target, connected.all.token_header, "tok");
  EXPECT_EQ(sent.headers.at("Authorization"), "Bearer tok");
  EXPECT_EQ(WithToken(connected.target, {"X-Token", ""}, "tok").headers.at("X-Token"), "tok");
  target_.headers["authorization"] = "own";
  EXPECT_FALSE(Get().all.token.has_value());
}

TEST_F(HttpConnectionTest, ASignatureHasItsKey) {
  settings().auth =
      core::SigV4Auth{"AKID", SecretNamed("a"), SecretNamed("b"), "eu-central-1", "execute-api"};
  const Connected connected = Get();
  ASSERT_NE(connected.all.key, nullptr);
  EXPECT_EQ(connected.all.key->access_key_id, "AKID");
  EXPECT_EQ(connected.all.key->secret_access_key.view(), "a-secret");
  EXPECT_EQ(connected.all.key->session_token.view(), "b-secret");
  EXPECT_EQ(connected.all.key->region, "eu-central-1");
  EXPECT_EQ(connected.all.key->service, "execute-api");
  settings().auth = core::SigV4Auth{"AKID", SecretNamed("a"), SecretNamed("gone"), "r", "s"};
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpConnectionTest, CertificatesAndProxyMakeATransport) {
  EXPECT_EQ(Get().all.transport, nullptr);
  settings().tls.ca_certificates = SecretNamed("ca");
  settings().tls.client_certificate = SecretNamed("cert");
  settings().tls.client_key = SecretNamed("key");
  settings().tls.server_name = "inside";
  settings().tls.insecure_skip_verify = true;
  settings().proxy = "http://proxy:3128";
  settings().auth = core::Oauth2Auth{"https://id/token", "jobs", SecretNamed("a"), {}, "", false};
  const Connected connected = Get();
  ASSERT_NE(connected.all.transport, nullptr);
  const HttpTransport& transport = *connected.all.transport;
  EXPECT_EQ(transport.ca_certificates, "ca-secret");
  EXPECT_EQ(transport.client_certificate, "cert-secret");
  EXPECT_EQ(transport.client_key.view(), "key-secret");
  EXPECT_EQ(transport.server_name, "inside");
  EXPECT_TRUE(transport.insecure_skip_verify);
  EXPECT_EQ(transport.proxy, "http://proxy:3128");
  ASSERT_NE(connected.all.token->call.transport, nullptr);
  EXPECT_EQ(connected.all.token->call.transport->client_key.view(), "key-secret");
  EXPECT_EQ(connected.all.token->call.transport->server_name, "");  // the API's
  settings().tls.client_key = SecretNamed("gone");
  EXPECT_EQ(Try().status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpConnectionTest, OfATokenAloneNothingIsSentToATarget) {
  settings().base_url = "";
  settings().tls.server_name = "api.example.com";
  core::Oauth2Auth oauth2;
  oauth2.token_url = "https://issuer.example.com/token";
  oauth2.client_secret = SecretNamed("a");
  settings().auth = oauth2;
  run_.connections = {std::make_shared<const core::StoredConnection>(connection_)};
  auto connection = AttemptConnection::Find(run_, "billing", &secrets_);
  ASSERT_TRUE(connection.ok());
  const auto found = ConnectForToken(&*connection);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->target.url, "");
  ASSERT_TRUE(found->token.has_value());
  EXPECT_EQ(found->token->call.url, "https://issuer.example.com/token");
  EXPECT_EQ(found->token->identity, connection->Identity());
  // The name is that of the API's certificate.
  EXPECT_EQ(found->token->call.transport->server_name, "");

  settings().auth = core::BearerAuth{SecretNamed("a")};
  run_.connections = {std::make_shared<const core::StoredConnection>(connection_)};
  connection = AttemptConnection::Find(run_, "billing", &secrets_);
  ASSERT_TRUE(connection.ok());
  const absl::Status refused = ConnectForToken(&*connection).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("base_url"));
}

}  // namespace
}  // namespace scheduler::dispatch
