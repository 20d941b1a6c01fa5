// Tests of HTTP connections, against servers that answer, refuse and hang.

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/connection_probe.h"
#include "scheduler/dispatch/http_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/fake_secrets.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::CodeOf;
using support::HttpServer;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::SecretNamed;
using Kind = HttpServerAnswer::Kind;

class HttpProbeTest : public testing::Test {
 protected:
  HttpProbeTest() { settings_.base_url = server_.url("/v2"); }

  core::ClaimedRun Claim(base::Millis timeout = 60 * base::kSecond) {
    auto connection = std::make_shared<core::StoredConnection>();
    connection->uid = 7;
    connection->generation = 1;
    connection->spec.tag = "api";
    connection->spec.env[""] = settings_;
    core::ClaimedRun run = ProbeOf(std::move(connection), "");
    run.key = {core::MakeUid(77, 5), ++number_};
    run.token = 1;
    run.attempt = 1;
    run.attempt_timeout = timeout;
    return run;
  }
  AttemptResult Probe(base::Millis timeout = 60 * base::kSecond) {
    return Attempt(&executor_, Claim(timeout)).Wait();
  }
  // The output, or the class of the failure and its message.
  static std::string Told(const AttemptResult& result) {
    if (result.completed) return result.output == nullptr ? "" : result.output->output;
    return CodeOf(result) + (result.error == nullptr ? "" : ": " + result.error->message);
  }
  void UseOauth2() {
    core::Oauth2Auth oauth2;
    oauth2.token_url = issuer_.url("/token");
    oauth2.client_id = "jobs";
    oauth2.client_secret = SecretNamed("client");
    settings_.auth = oauth2;
  }
  HttpServerAnswer Issue() {
    HttpServerAnswer answer;
    answer.status = issuer_refuses_ ? 401 : 200;
    answer.body = issuer_refuses_ ? R"({"error":"invalid_client client-secret"})"
                                  : R"({"access_token":"token-)" + std::to_string(++issued_) +
                                        R"(-text","token_type":"Bearer","expires_in":3600})";
    return answer;
  }

  std::atomic<int> status_{200};
  std::atomic<Kind> kind_{Kind::kReply};
  std::atomic<bool> issuer_refuses_{false};
  std::atomic<int> issued_{0};
  int64_t number_ = 0;
  HttpServer server_{[this](const HttpServerRequest& request) {
    HttpServerAnswer answer;
    answer.kind = kind_;
    answer.status = status_;
    answer.headers = {{"X-Sent", request.Header("authorization")}};
    return answer;
  }};
  HttpServer issuer_{[this](const HttpServerRequest& /*request*/) { return Issue(); }};
  core::HttpSettings settings_;
  base::SystemClock clock_;
  tests::FakeSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  HttpExecutor executor_{HttpOptions(), &egress_, &clock_, &secrets_};
};

TEST_F(HttpProbeTest, TheHeadOfTheBaseUrlIsAskedForWithAllThatTheConnectionAdds) {
  settings_.headers = {{"X-Team", "blue"}};
  settings_.auth = core::BearerAuth{SecretNamed("a")};
  EXPECT_THAT(Told(Probe()), StartsWith("HTTP/1.1 200"));
  const HttpServerRequest seen = server_.requests().back();
  EXPECT_EQ(seen.method, "HEAD");
  EXPECT_EQ(seen.target, "/v2");
  EXPECT_EQ(seen.Header("authorization"), "Bearer a-secret");
  EXPECT_EQ(seen.Header("x-team"), "blue");
}

TEST_F(HttpProbeTest, EachAnswerIsFineThatDoesNotRefuseTheSender) {
  for (const int status : {204, 301, 400, 402, 404, 405, 406, 408, 418, 429, 499}) {
    status_ = status;
    EXPECT_THAT(Told(Probe()), StartsWith("HTTP/1.1 " + std::to_string(status)));
  }
  const std::pair<int, const char*> refusals[] = {
      {401, "UNAUTHENTICATED"}, {403, "FORBIDDEN"}, {500, "UNAVAILABLE"}, {503, "UNAVAILABLE"}};
  for (const auto& [status, code] : refusals) {
    status_ = status;
    EXPECT_EQ(CodeOf(Probe()), code) << status;
  }
  status_ = 407;
  EXPECT_FALSE(Probe().completed);
}

TEST_F(HttpProbeTest, NoKeptConnectionIsUsed) {
  Probe();
  Probe();
  EXPECT_EQ(server_.accepted(), 2);
}

TEST_F(HttpProbeTest, WhatIsWrongIsTold) {
  kind_ = Kind::kHang;
  EXPECT_EQ(CodeOf(Probe(200)), "TIMEOUT");
  settings_.base_url = "http://127.0.0.1:" + std::to_string(support::UnusedPort());
  EXPECT_EQ(CodeOf(Probe()), "CONNECTION");
  settings_.base_url = "http://169.254.169.254/latest";
  EXPECT_EQ(CodeOf(Probe()), "EGRESS_DENIED");
  settings_.auth = core::BearerAuth{SecretNamed("gone")};
  EXPECT_EQ(CodeOf(Probe()), "SECRET_UNAVAILABLE");
}

TEST_F(HttpProbeTest, EachTestHasATokenOfItsOwn) {
  UseOauth2();
  EXPECT_THAT(Told(Probe()), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Told(Probe()), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(issuer_.request_count(), 2u);
  EXPECT_EQ(issuer_.accepted(), 2);
  EXPECT_EQ(server_.requests().back().Header("authorization"), "Bearer token-2-text");
  issuer_refuses_ = true;
  const std::string refused = Told(Probe());
  EXPECT_THAT(refused, StartsWith("UNAUTHENTICATED"));
  EXPECT_THAT(refused, Not(HasSubstr("client-secret")));
}

TEST_F(HttpProbeTest, WithoutABaseUrlATokenIsAllThatCanBeHad) {
  settings_.base_url = "";
  UseOauth2();
  EXPECT_EQ(Told(Probe()), "a token was given");
  EXPECT_EQ(server_.request_count(), 0u);
  issuer_refuses_ = true;
  EXPECT_THAT(Told(Probe()), StartsWith("UNAUTHENTICATED"));
  settings_.auth = core::BearerAuth{SecretNamed("a")};
  const std::string refused = Told(Probe());
  EXPECT_THAT(refused, StartsWith("VALIDATION"));
  EXPECT_THAT(refused, HasSubstr("base_url"));
}

}  // namespace
}  // namespace scheduler::dispatch
