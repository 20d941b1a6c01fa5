#include "scheduler/dispatch/http_client.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/failure.h"
#include "tests/support/attempts.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::HttpServer;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using Kind = HttpServerAnswer::Kind;

class HttpClientTest : public testing::Test {
 protected:
  struct Sent {
    HttpClient::CallId id = 0;
    std::future<HttpAnswer> answer;
  };
  Sent Begin(HttpCall call) {
    auto promise = std::make_shared<std::promise<HttpAnswer>>();
    Sent sent;
    sent.answer = promise->get_future();
    sent.id = client_.Send(std::move(call),
                           [promise](HttpAnswer answer) { promise->set_value(std::move(answer)); });
    return sent;
  }
  HttpAnswer Ask(HttpCall call) { return Begin(std::move(call)).answer.get(); }
  HttpCall CallOf(const std::string& target) const {
    HttpCall call;
    call.url = server_.url(target);
    return call;
  }

  HttpServerAnswer answer_;
  HttpServer server_{[this](const HttpServerRequest&) { return answer_; }};
  base::SystemClock clock_;
  EgressPolicy egress_ = EgressPolicy::Create({}).value();
  HttpClient client_{HttpOptions(), &egress_, &clock_};
};

TEST_F(HttpClientTest, SendsWhatItIsGivenAndGivesWhatComesBack) {
  answer_.status = 201;
  answer_.headers = {{"X-One", "1"}, {"x-two", " 2 "}};
  answer_.body = "made";
  HttpCall call = CallOf("/things?a=b");
  call.method = core::HttpMethod::kPut;
  call.headers = {{"X-Mine", "mine"}, {"X-Empty", ""}};
  call.body = "the body";
  const HttpAnswer answer = Ask(call);
  ASSERT_TRUE(answer.transport.ok()) << answer.transport;
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.Header("x-ONE"), "1");
  EXPECT_EQ(answer.Header("X-Two"), "2");
  EXPECT_EQ(answer.Header("x-three"), "");
  EXPECT_EQ(answer.body, "made");
  EXPECT_FALSE(answer.cut);
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/things?a=b");
  EXPECT_EQ(request.Header("x-mine"), "mine");
  EXPECT_EQ(request.headers.count("x-empty"), 1u);
  EXPECT_EQ(request.Header("user-agent").rfind("ductape-jobs/", 0), 0u);
  EXPECT_EQ(request.body, "the body");
}

TEST_F(HttpClientTest, BodiesGoWithTheMethodsThatHaveThem) {
  HttpCall call = CallOf("/");
  Ask(call);
  EXPECT_EQ(server_.requests().at(0).Header("content-length"), "0");
  call.method = core::HttpMethod::kGet;
  Ask(call);
  EXPECT_EQ(server_.requests().at(1).method, "GET");
  EXPECT_EQ(server_.requests().at(1).headers.count("content-length"), 0u);
  call.method = core::HttpMethod::kDelete;
  call.body = "which";
  Ask(call);
  EXPECT_EQ(server_.requests().at(2).method, "DELETE");
  EXPECT_EQ(server_.requests().at(2).body, "which");
}

TEST_F(HttpClientTest, AnAnswerIsCutWhereTheCallSays) {
  HttpCall call = CallOf("/");
  call.max_answer_bytes = 4;
  answer_.body = "four";
  EXPECT_FALSE(Ask(call).cut);
  answer_.body = "fourteen";
  HttpAnswer answer = Ask(call);
  ASSERT_TRUE(answer.transport.ok()) << answer.transport;
  EXPECT_EQ(answer.body, "four");
  EXPECT_TRUE(answer.cut);
  answer_.kind = Kind::kEndless;
  answer = Ask(call);
  ASSERT_TRUE(answer.transport.ok()) << answer.transport;
  EXPECT_TRUE(answer.cut);
}

TEST_F(HttpClientTest, AStatusIsNoTransportError) {
  answer_.status = 503;
  answer_.body = "later";
  const HttpAnswer answer = Ask(CallOf("/"));
  EXPECT_TRUE(answer.transport.ok());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "later");
}

TEST_F(HttpClientTest, WhatGetsNoAnswerIsTold) {
  HttpCall call = CallOf("/");
  call.url = "http://127.0.0.1:" + std::to_string(support::UnusedPort()) + "/";
  EXPECT_EQ(Ask(call).transport.code(), absl::StatusCode::kUnavailable);
  call.url = "http://169.254.169.254/latest/meta-data";
  EXPECT_EQ(Ask(call).transport.code(), absl::StatusCode::kPermissionDenied);
  call.url = "ftp://127.0.0.1/";
  EXPECT_EQ(Ask(call).transport.code(), absl::StatusCode::kInvalidArgument);
  call = CallOf("/");
  call.headers = {{"X-Bad", "a\r\nX-Other: b"}};
  EXPECT_EQ(Ask(call).transport.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(server_.request_count(), 0u);
  call = CallOf("/");
  answer_.kind = Kind::kReset;
  EXPECT_EQ(Ask(call).transport.code(), absl::StatusCode::kUnavailable);
  answer_.kind = Kind::kCloseInBody;
  answer_.body = "half of it";
  const HttpAnswer half = Ask(call);
  EXPECT_EQ(half.transport.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(half.status, 0);
  EXPECT_TRUE(half.body.empty());
  answer_.kind = Kind::kHang;
  call.timeout = 50;
  EXPECT_EQ(Ask(call).transport.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(HttpClientTest, AKeptConnectionThatEndsIsNotTheApisFault) {
  EXPECT_TRUE(Ask(CallOf("/")).transport.ok());
  answer_.kind = Kind::kClose;
  EXPECT_EQ(Ask(CallOf("/")).transport.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Ask(CallOf("/")).transport.code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpClientTest, WhatMayBeRepeatedIsSentAgainOnANewConnection) {
  bool first = true;
  HttpServer once([&first](const HttpServerRequest& request) {
    HttpServerAnswer answer;
    if (request.connection == 1 && !std::exchange(first, false)) answer.kind = Kind::kClose;
    return answer;
  });
  HttpCall call;
  call.url = once.url("/");
  call.repeatable = true;
  EXPECT_TRUE(Ask(call).transport.ok());
  const HttpAnswer answer = Ask(call);
  EXPECT_TRUE(answer.transport.ok()) << answer.transport;
  EXPECT_EQ(once.request_count(), 3u);
}

TEST_F(HttpClientTest, CancelAndShutdownEndCalls) {
  answer_.kind = Kind::kHang;
  Sent one = Begin(CallOf("/"));
  Sent two = Begin(CallOf("/"));
  client_.Cancel(one.id);
  client_.Cancel(999);
  EXPECT_EQ(one.answer.get().transport.code(), absl::StatusCode::kCancelled);
  client_.Shutdown();
  EXPECT_EQ(two.answer.get().transport.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(Ask(CallOf("/")).transport.code(), absl::StatusCode::kCancelled);
}

TEST_F(HttpClientTest, AProxyIsAskedForTheTarget) {
  auto transport = std::make_shared<HttpTransport>();
  transport->proxy = "http://127.0.0.1:" + std::to_string(server_.port());
  HttpCall call;
  call.url = "http://no-such-host.invalid:8080/path";
  call.transport = transport;
  const HttpAnswer answer = Ask(call);
  ASSERT_TRUE(answer.transport.ok()) << answer.transport;
  EXPECT_EQ(server_.requests().at(0).target, "http://no-such-host.invalid:8080/path");
}

TEST(UnansweredAttempt, ClassesOfFailures) {
  const auto code = [](absl::StatusCode status) {
    return support::CodeOf(UnansweredAttempt(absl::Status(status, "why")));
  };
  EXPECT_EQ(code(absl::StatusCode::kDeadlineExceeded), core::failure::kTimeout);
  EXPECT_EQ(code(absl::StatusCode::kUnavailable), core::failure::kConnection);
  EXPECT_EQ(code(absl::StatusCode::kPermissionDenied), core::failure::kEgressDenied);
  EXPECT_EQ(code(absl::StatusCode::kInvalidArgument), core::failure::kValidation);
  EXPECT_EQ(code(absl::StatusCode::kUnknown), core::failure::kUnavailable);
  EXPECT_EQ(code(absl::StatusCode::kCancelled), "CANCELLED");
  EXPECT_EQ(code(absl::StatusCode::kAborted), "RELEASED");
}

}  // namespace
}  // namespace scheduler::dispatch
