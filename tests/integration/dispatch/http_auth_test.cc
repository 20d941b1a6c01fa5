// HTTP targets whose connection has tokens from a server of its own, or signs for AWS.

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/http_executor.h"
#include "scheduler/dispatch/http_tokens.h"
#include "tests/support/attempts.h"
#include "tests/support/fake_secrets.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;
using support::HttpServer;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using testing::HasSubstr;
using testing::Not;
using tests::SecretNamed;
using Kind = HttpServerAnswer::Kind;

// The system's clock, and the time that a test adds.
class SteppedClock final : public base::Clock {
 public:
  base::Millis WallNow() const override { return clock_.WallNow() + added_.load(); }
  int64_t MonoNanos() const override { return clock_.MonoNanos() + added_.load() * 1'000'000; }
  void Step(base::Millis by) { added_ += by; }

 private:
  base::SystemClock clock_;
  std::atomic<base::Millis> added_{0};
};

class HttpAuthTest : public testing::Test {
 protected:
  HttpAuthTest() {
    settings_.base_url = api_.url("");
    core::Oauth2Auth oauth2;
    oauth2.token_url = issuer_.url("/token");
    oauth2.client_id = "jobs";
    oauth2.client_secret = SecretNamed("client");
    settings_.auth = oauth2;
  }

  // Gives "token-1", "token-2" and so on, good for an hour.
  HttpServerAnswer Issue(const HttpServerRequest& /*request*/) {
    HttpServerAnswer answer;
    answer.kind = issuer_kind_.load();
    answer.status = issuer_status_.load();
    const int number = ++issued_;
    answer.body = answer.status == 200 ? R"({"access_token":"token-)" + std::to_string(number) +
                                             R"(-text","token_type":"Bearer","expires_in":3600})"
                                       : R"({"error":"invalid_client client-secret"})";
    return answer;
  }
  // Takes the tokens from `oldest_` on, and sends back what it was sent.
  HttpServerAnswer Serve(const HttpServerRequest& request) {
    HttpServerAnswer answer;
    const std::string sent = request.Header("authorization");
    const int number = std::atoi(sent.substr(std::min<size_t>(sent.size(), 13)).c_str());
    answer.status = number >= oldest_.load() ? 200 : 401;
    answer.body = "you sent " + sent;
    return answer;
  }

  core::ClaimedRun RunOf(int64_t number = 1) {
    core::HttpTarget target;
    target.connection = "api";
    target.url = "/things";
    core::ClaimedRun run = ClaimedRunOf(target, number);
    auto connection = std::make_shared<core::StoredConnection>();
    connection->uid = 7;
    connection->generation = generation_;
    connection->spec.tag = "api";
    connection->spec.env[""] = settings_;
    run.connections = {std::move(connection)};
    return run;
  }
  AttemptResult Run() { return Attempt(&executor_, RunOf()).Wait(); }
  std::string AuthorizationOf(size_t request) {
    return api_.requests().at(request).Header("authorization");
  }

  std::atomic<Kind> issuer_kind_{Kind::kReply};
  std::atomic<int> issuer_status_{200};
  std::atomic<int> issued_{0};
  std::atomic<int> oldest_{1};
  int64_t generation_ = 1;
  HttpServer issuer_{[this](const HttpServerRequest& request) { return Issue(request); }};
  HttpServer api_{[this](const HttpServerRequest& request) { return Serve(request); }};
  core::HttpSettings settings_;
  SteppedClock clock_;
  tests::FakeSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  HttpExecutor executor_{HttpOptions(), &egress_, &clock_, &secrets_};
};

TEST_F(HttpAuthTest, AsManyTokensAsMayBeKeptAreKept) {
  HttpClient client(HttpOptions(), &egress_, &clock_);
  HttpTokens tokens(&client, &clock_);
  SecretRedactor redactor;
  TokenRequest request =
      RequestFor(std::get<core::Oauth2Auth>(settings_.auth), "client", &redactor);
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < base::limits::kMaxKeptTokens; ++i) {
      request.identity = "account-" + std::to_string(i);
      std::promise<TokenAnswer> answer;
      tokens.Get(TransferId(), request, clock_.MonoNanos() + 60'000'000'000,
                 [&](const TokenAnswer& given) { answer.set_value(given); });
      ASSERT_NE(answer.get_future().get().token, nullptr);
    }
  }
  EXPECT_EQ(issuer_.request_count(), base::limits::kMaxKeptTokens);
  client.Shutdown();
}

TEST_F(HttpAuthTest, ATokenIsHadOnceAndSentWithEachRequest) {
  for (int i = 0; i < 3; ++i) {
    const AttemptResult result = Run();
    ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
    EXPECT_EQ(result.output->output, "you sent Bearer [redacted]");
  }
  EXPECT_EQ(issuer_.request_count(), 1u);
  EXPECT_EQ(AuthorizationOf(2), "Bearer token-1-text");
  const HttpServerRequest asked = issuer_.requests().at(0);
  EXPECT_EQ(asked.body, "grant_type=client_credentials");
  EXPECT_EQ(asked.Header("authorization"), "Basic am9iczpjbGllbnQtc2VjcmV0");
  EXPECT_EQ(asked.headers.count("ductape-job"), 0u);
}

TEST_F(HttpAuthTest, AChangedConnectionHasAnotherToken) {
  Run();
  generation_ = 2;
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  EXPECT_EQ(AuthorizationOf(1), "Bearer token-2-text");
}

TEST_F(HttpAuthTest, ManyAtOnceWaitForOneToken) {
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 100; ++i) {
    attempts.push_back(std::make_unique<Attempt>(&executor_, RunOf(i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(issuer_.request_count(), 1u);
  EXPECT_EQ(api_.request_count(), 100u);
}

TEST_F(HttpAuthTest, ATokenIsRenewedBeforeItsEnd) {
  Run();
  clock_.Step(base::kHour - base::limits::kTokenLead + 1);
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  EXPECT_EQ(AuthorizationOf(1), "Bearer token-1-text");
  // The next that comes after the answer has the new one.
  for (int i = 0; i < 10'000 && AuthorizationOf(api_.request_count() - 1) == "Bearer token-1-text";
       ++i) {
    EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  }
  EXPECT_EQ(AuthorizationOf(api_.request_count() - 1), "Bearer token-2-text");
  EXPECT_EQ(issuer_.request_count(), 2u);
}

TEST_F(HttpAuthTest, AnIssuerThatIsDownIsNoMatterWhileTheTokenIsGood) {
  Run();
  issuer_status_ = 503;
  clock_.Step(base::kHour - base::limits::kTokenLead + 1);
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  clock_.Step(base::limits::kTokenLead);
  EXPECT_EQ(CodeOf(Run()), failure::kUnavailable);
  issuer_status_ = 200;
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
}

TEST_F(HttpAuthTest, ARefusedTokenIsHadAnewOnce) {
  Run();
  oldest_ = 2;
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  ASSERT_EQ(api_.request_count(), 3u);
  EXPECT_EQ(AuthorizationOf(1), "Bearer token-1-text");
  EXPECT_EQ(AuthorizationOf(2), "Bearer token-2-text");
  EXPECT_EQ(issuer_.request_count(), 2u);
  oldest_ = 1000;
  const AttemptResult refused = Run();
  EXPECT_EQ(CodeOf(refused), failure::kUnauthenticated);
  EXPECT_THAT(refused.error->message, Not(HasSubstr("-text")));
  EXPECT_EQ(api_.request_count(), 5u);
  EXPECT_EQ(issuer_.request_count(), 3u);
}

TEST_F(HttpAuthTest, ManyRefusedAtOnceHaveOneNewToken) {
  Run();
  oldest_ = 2;
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 50; ++i) {
    attempts.push_back(std::make_unique<Attempt>(&executor_, RunOf(i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(issuer_.request_count(), 2u);
}

TEST_F(HttpAuthTest, FailuresOfTheIssuerAreTheAttempts) {
  issuer_status_ = 400;
  AttemptResult result = Run();
  EXPECT_EQ(CodeOf(result), failure::kUnauthenticated);
  EXPECT_EQ(result.error->message, R"(no token: HTTP 400: {"error":"invalid_client [redacted]"})");
  issuer_status_ = 200;
  issuer_kind_ = Kind::kReset;
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  auto& oauth2 = std::get<core::Oauth2Auth>(settings_.auth);
  oauth2.token_url = "http://127.0.0.1:" + std::to_string(support::UnusedPort()) + "/";
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  oauth2.token_url = "http://169.254.169.254/token";
  EXPECT_EQ(CodeOf(Run()), failure::kEgressDenied);
  oauth2.client_secret = SecretNamed("gone");
  EXPECT_EQ(CodeOf(Run()), failure::kSecretUnavailable);
  EXPECT_EQ(api_.request_count(), 0u);
}

TEST_F(HttpAuthTest, AnIssuerThatHangsHoldsNobodyLongerThanItsTimeout) {
  issuer_kind_ = Kind::kHang;
  core::ClaimedRun patient = RunOf(1);
  Attempt long_one(&executor_, patient);
  core::ClaimedRun hasty = RunOf(2);
  hasty.attempt_timeout = 50;
  EXPECT_EQ(CodeOf(Attempt(&executor_, hasty).Wait()), failure::kTimeout);
  executor_.Cancel(long_one.ref());
  EXPECT_EQ(CodeOf(long_one.Wait()), "CANCELLED");
  Attempt last(&executor_, RunOf(3));
  executor_.Shutdown();
  EXPECT_EQ(CodeOf(last.Wait()), "CANCELLED");
  EXPECT_EQ(CodeOf(Run()), "CANCELLED");
}

TEST_F(HttpAuthTest, ALoginsTokenIsSentAsItSays) {
  core::LoginAuth login;
  login.url = issuer_.url("/login");
  login.fields = {{"user", "jobs"}};
  login.secret_field = "password";
  login.secret = SecretNamed("client");
  login.token_pointer = "/access_token";
  login.header = "X-Session";
  login.ttl = base::kMinute;
  settings_.auth = login;
  oldest_ = 0;
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  EXPECT_EQ(issuer_.requests().at(0).body, R"({"password":"client-secret","user":"jobs"})");
  EXPECT_EQ(api_.requests().at(0).Header("x-session"), "token-1-text");
  clock_.Step(base::kMinute + 1);
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  EXPECT_EQ(api_.requests().at(1).Header("x-session"), "token-2-text");
}

TEST_F(HttpAuthTest, RequestsAreSignedForAws) {
  settings_.auth = core::SigV4Auth{"AKID", SecretNamed("client"), SecretNamed("session"),
                                   "eu-central-1", "execute-api"};
  oldest_ = 0;
  const AttemptResult result = Run();
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  const HttpServerRequest request = api_.requests().at(0);
  // What AWS does: the same signature is made of what arrived.
  AwsKey key;
  key.access_key_id = "AKID";
  key.secret_access_key = base::SecretText(std::string_view("client-secret"));
  key.session_token = base::SecretText(std::string_view("session-secret"));
  key.region = "eu-central-1";
  key.service = "execute-api";
  const AwsRequest arrived{
      request.method,
      request.target,
      "",
      {{"Host", request.Header("host")}, {"Content-Type", request.Header("content-type")}},
      request.body};
  bool found = false;
  for (base::Millis at = clock_.WallNow(); !found && at > clock_.WallNow() - 60'000; at -= 1000) {
    for (const auto& [name, value] : SignatureOf(key, arrived, at)) {
      found = found || (name == "Authorization" && value == request.Header("authorization"));
    }
  }
  EXPECT_TRUE(found) << request.Header("authorization");
  EXPECT_EQ(request.Header("x-amz-security-token"), "session-secret");
}

}  // namespace
}  // namespace scheduler::dispatch
