// gRPC targets with a connection: what it adds to a call, and tokens from a server of its own.

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/integration/dispatch/grpc_connection_fixture.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::Attempt;
using support::CodeOf;
using support::GrpcTargetServer;
using support::HttpServer;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using support::PlainSecret;
using testing::HasSubstr;
using testing::Not;

// A target that takes calls with one value of one key alone, its reflection's among them, and says what it got.
GrpcTargetServer::Options Guarded(const std::string& key, const std::string& value) {
  GrpcTargetServer::Options options;
  options.guard = [key, value](const GrpcTargetServer::Metadata& metadata) {
    const auto found = metadata.find(key);
    const std::string sent = found == metadata.end() ? "nothing" : found->second;
    if (sent == value) return grpc::Status::OK;
    return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "you sent " + sent);
  };
  return options;
}

class GrpcConnectionExecutorTest : public GrpcConnectionFixture {
 protected:
  // Of the only call.
  static GrpcTargetServer::Metadata Sent(const GrpcTargetServer& server) {
    return server.calls().at(0).metadata;
  }
};

TEST_F(GrpcConnectionExecutorTest, AddressAndMetadataAreTheConnections) {
  const GrpcTargetServer server;
  settings_.address = server.address();
  settings_.metadata = {{"x-tenant", "theirs"}, {"x-region", "eu"}};
  target_.metadata = {{"x-tenant", "own"}};
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  EXPECT_EQ(Sent(server)["x-tenant"], "own");
  EXPECT_EQ(Sent(server)["x-region"], "eu");
}

TEST_F(GrpcConnectionExecutorTest, ShowsWhoItIsAlsoToReflection) {
  struct Case {
    core::HttpAuth auth;
    std::string key;
    std::string value;
  };
  const Case cases[] = {
      {core::BearerAuth{PlainSecret("hunter2")}, "authorization", "Bearer hunter2"},
      {core::BasicAuth{"jobs", PlainSecret("hunter2")}, "authorization", "Basic am9iczpodW50ZXIy"},
      {core::BasicAuth{"jobs", {}}, "authorization", "Basic am9iczo="},
      {core::ApiKeyAuth{false, "x-api-key", PlainSecret("hunter2")}, "x-api-key", "hunter2"},
  };
  for (const Case& item : cases) {
    const GrpcTargetServer server(Guarded(item.key, item.value));
    settings_.address = server.address();
    settings_.auth = item.auth;
    EXPECT_EQ(TextOf(Run()), "COMPLETED") << item.value;
    EXPECT_EQ(server.call_count(), 1u);
  }
}

TEST_F(GrpcConnectionExecutorTest, WhatTheEventSetsItselfStands) {
  const GrpcTargetServer server(Guarded("authorization", "Bearer own"));
  settings_.address = server.address();
  settings_.auth = core::BearerAuth{PlainSecret("gone")};  // is not even read
  target_.metadata = {{"authorization", "Bearer own"}};
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
}

// It may be another text for each run, and none of them is to make a channel of its own.
TEST_F(GrpcConnectionExecutorTest, WhatTheEventSetsItselfMakesNoChannel) {
  const GrpcTargetServer server;
  settings_.address = server.address();
  settings_.auth = core::BearerAuth{PlainSecret("hunter2")};
  for (const char* own : {"one", "two", "three"}) {
    target_.metadata = {{"authorization", own}};
    EXPECT_EQ(TextOf(Run()), "COMPLETED");
  }
  const int asked = server.reflection_requests();
  target_.metadata = {{"authorization", "four"}};
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  EXPECT_EQ(server.reflection_requests(), asked);
}

// Those who ask at the same time share an answer, but for a refusal of what another one showed.
TEST_F(GrpcConnectionExecutorTest, ARefusalOfReflectionIsForWhomItIsMeant) {
  const GrpcTargetServer server(Guarded("authorization", "right"));
  settings_.address = server.address();
  settings_.auth = core::BearerAuth{PlainSecret("hunter2")};
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 20; ++i) {
    target_.metadata = {{"authorization", i % 2 == 0 ? "right" : "wrong"}};
    attempts.push_back(std::make_unique<Attempt>(&executor_, RunOf(i)));
  }
  for (int i = 1; i <= 20; ++i) {
    EXPECT_EQ(CodeOf(attempts[static_cast<size_t>(i - 1)]->Wait()),
              i % 2 == 0 ? "COMPLETED" : failure::kUnauthenticated)
        << i;
  }
}

TEST_F(GrpcConnectionExecutorTest, AWrongSecretIsRefusedAndNotShown) {
  const GrpcTargetServer server(Guarded("authorization", "Bearer other"));
  settings_.address = server.address();
  settings_.auth = core::BearerAuth{PlainSecret("hunter2")};
  EXPECT_EQ(TextOf(Run()), "UNAUTHENTICATED: gRPC status 16: you sent Bearer [redacted]");
  settings_.auth = core::BasicAuth{"jobs", PlainSecret("hunter2")};
  EXPECT_EQ(TextOf(Run()), "UNAUTHENTICATED: gRPC status 16: you sent Basic [redacted]");
}

TEST_F(GrpcConnectionExecutorTest, ASecretThatChangedIsUsedByTheNextAttempt) {
  const GrpcTargetServer server(Guarded("authorization", "Bearer second"));
  settings_.address = server.address();
  settings_.auth = core::BearerAuth{File("token")};
  secrets_.Set("token", "first");
  EXPECT_EQ(CodeOf(Run()), failure::kUnauthenticated);
  secrets_.Set("token", "second");
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
}

TEST_F(GrpcConnectionExecutorTest, FailuresOfTheConnectionItself) {
  const GrpcTargetServer server;
  settings_.address = server.address();
  settings_.auth = core::BearerAuth{PlainSecret("gone")};
  EXPECT_EQ(CodeOf(Run()), failure::kSecretUnavailable);
  settings_.auth = core::BearerAuth{File("gone")};
  EXPECT_EQ(CodeOf(Run()), failure::kSecretUnavailable);
  settings_.auth = core::BearerAuth{PlainSecret("not\u00e4scii")};
  EXPECT_EQ(CodeOf(Run()), failure::kValidation);

  core::ClaimedRun run = support::ClaimedRunOf(target_);
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kConnectionNotFound);
  run.connections = {support::ConnectionOf("shop", core::HttpSettings())};
  EXPECT_EQ(TextOf(Attempt(&executor_, run).Wait()),
            "VALIDATION: connection \"shop\" is of kind http, and the event needs grpc");
  EXPECT_EQ(server.call_count(), 0u);
}

TEST_F(GrpcConnectionExecutorTest, TemplatesNameSecrets) {
  const GrpcTargetServer server;
  settings_.address = server.address();
  settings_.secrets = {{"key", PlainSecret("hunter2")}, {"file", File("in-a-file")}};
  target_.metadata = {{"x-signature", "v1={{secrets.file}}"}};
  target_.message_json = R"({"behaviour":{"code":13,"message":"got {{secrets.key}}"}})";
  core::ClaimedRun run = RunOf();
  run.trace = std::make_shared<core::AttemptTrace>();
  EXPECT_EQ(TextOf(Attempt(&executor_, run).Wait()), "UNAVAILABLE: gRPC status 13: got [redacted]");
  EXPECT_EQ(Sent(server)["x-signature"], "v1=in-a-file");
  EXPECT_THAT(server.calls().at(0).request_json, HasSubstr("got hunter2"));
  EXPECT_THAT(run.trace->request(), HasSubstr("x-signature: v1=[redacted]"));
  EXPECT_THAT(run.trace->request(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(run.trace->response(), HasSubstr("grpc-message: got [redacted]"));

  target_.message_json = R"({"behaviour":{"message":"{{secrets.nosuch}}"}})";
  EXPECT_THAT(TextOf(Run()), testing::AllOf(HasSubstr("VALIDATION: "), HasSubstr("nosuch")));
  EXPECT_EQ(server.call_count(), 1u);
}

// A target that takes the tokens from `oldest_` on, and whoever gives "token-1", "token-2" and so on.
class GrpcTokenTest : public GrpcConnectionFixture {
 protected:
  GrpcTokenTest() {
    settings_.address = server_.address();
    core::Oauth2Auth oauth2;
    oauth2.token_url = issuer_.url("/token");
    oauth2.client_id = "jobs";
    oauth2.client_secret = PlainSecret("hunter2");
    settings_.auth = oauth2;
  }
  HttpServerAnswer Issue() {
    HttpServerAnswer answer;
    answer.kind = issuer_kind_.load();
    answer.status = issuer_status_.load();
    answer.body = answer.status == 200 ? absl::StrCat(R"({"access_token":"token-)", ++issued_,
                                                      R"(","expires_in":3600})")
                                       : R"({"error":"invalid_client hunter2"})";
    return answer;
  }
  GrpcTargetServer::Options Options() {
    GrpcTargetServer::Options options;
    options.guard = [this](const GrpcTargetServer::Metadata& metadata) {
      const auto found = metadata.find("authorization");
      const std::string sent = found == metadata.end() ? "" : found->second;
      for (int number = oldest_.load(); number <= issued_.load(); ++number) {
        if (sent == absl::StrCat("Bearer token-", number)) return grpc::Status::OK;
      }
      return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "you sent " + sent);
    };
    return options;
  }

  std::atomic<HttpServerAnswer::Kind> issuer_kind_{HttpServerAnswer::Kind::kReply};
  std::atomic<int> issuer_status_{200};
  std::atomic<int> issued_{0};
  std::atomic<int> oldest_{1};
  HttpServer issuer_{[this](const HttpServerRequest& /*request*/) { return Issue(); }};
  GrpcTargetServer server_{Options()};
};

TEST_F(GrpcTokenTest, ATokenIsHadOnceAndSentWithEachCall) {
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 50; ++i) attempts.push_back(std::make_unique<Attempt>(&executor_, RunOf(i)));
  for (const auto& attempt : attempts) EXPECT_EQ(TextOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(issuer_.request_count(), 1u);
  EXPECT_EQ(server_.call_count(), 50u);
  EXPECT_EQ(issuer_.requests().at(0).Header("authorization"), "Basic am9iczpodW50ZXIy");
}

TEST_F(GrpcTokenTest, ATokenThatIsRefusedIsHadAnewOnce) {
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  oldest_ = 2;
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  EXPECT_EQ(issued_.load(), 2);
  oldest_ = 100;
  EXPECT_EQ(TextOf(Run()), "UNAUTHENTICATED: gRPC status 16: you sent Bearer [redacted]");
  EXPECT_EQ(issued_.load(), 3);
}

// No call came before it, so that it is reflection that is refused.
TEST_F(GrpcTokenTest, ReflectionThatRefusesATokenGetsANewOne) {
  oldest_ = 2;
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  EXPECT_EQ(issued_.load(), 2);
}

TEST_F(GrpcTokenTest, ALoginSendsItsTokenWhereItSays) {
  core::LoginAuth login;
  login.url = issuer_.url("/login");
  login.secret_field = "password";
  login.secret = PlainSecret("hunter2");
  login.token_pointer = "/access_token";
  login.header = "x-token";
  settings_.auth = login;
  const GrpcTargetServer server;
  settings_.address = server.address();
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  EXPECT_EQ(server.calls().at(0).metadata.at("x-token"), "token-1");
  EXPECT_EQ(issuer_.requests().at(0).body, R"({"password":"hunter2"})");
}

TEST_F(GrpcTokenTest, WithoutATokenNothingIsCalled) {
  issuer_status_ = 401;
  EXPECT_EQ(TextOf(Run()),
            R"(UNAUTHENTICATED: no token: HTTP 401: {"error":"invalid_client [redacted]"})");
  EXPECT_EQ(server_.call_count(), 0u);
}

TEST_F(GrpcTokenTest, CancelEndsAnAttemptThatWaitsForItsToken) {
  issuer_kind_ = HttpServerAnswer::Kind::kHang;
  Attempt attempt(&executor_, RunOf());
  executor_.Cancel(attempt.ref());
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
}

TEST_F(GrpcTokenTest, ShutdownEndsAttemptsThatWaitForTheirToken) {
  issuer_kind_ = HttpServerAnswer::Kind::kHang;
  Attempt attempt(&executor_, RunOf());
  executor_.Shutdown();
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  EXPECT_EQ(CodeOf(Run()), "CANCELLED");
}

}  // namespace
}  // namespace scheduler::dispatch
