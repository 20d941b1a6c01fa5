#include "scheduler/dispatch/http_executor.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/failure.h"
#include "tests/support/attempts.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;
using support::HttpServerAnswer;
using Kind = HttpServerAnswer::Kind;

// An executor and a server that answers as the test last said.
class HttpExecutorTest : public testing::Test {
 protected:
  explicit HttpExecutorTest(const EgressOptions& egress = {})
      : egress_(EgressPolicy::Create(egress).value()) {}

  core::HttpTarget Target(const std::string& path = "/ping") const {
    core::HttpTarget target;
    target.url = server_.url(path);
    return target;
  }
  std::unique_ptr<Attempt> Start(core::ClaimedRun run) {
    {
      base::MutexLock lock(&mu_);
      current_ = answer_;
    }
    return std::make_unique<Attempt>(&executor_, std::move(run));
  }
  AttemptResult Run(core::ClaimedRun run) { return Start(std::move(run))->Wait(); }
  AttemptResult Run(const core::HttpTarget& target) { return Run(ClaimedRunOf(target)); }
  AttemptResult RunUrl(const std::string& url) {
    core::HttpTarget target;
    target.url = url;
    return Run(target);
  }

  base::SystemClock clock_;
  const EgressPolicy egress_;
  HttpServerAnswer answer_;  // to attempts started from now on
  base::Mutex mu_;
  HttpServerAnswer current_ ABSL_GUARDED_BY(mu_);
  support::HttpServer server_{[this](const support::HttpServerRequest&) {
    base::MutexLock lock(&mu_);
    return current_;
  }};
  HttpExecutor executor_{HttpOptions(), &egress_, &clock_};
};

TEST_F(HttpExecutorTest, SendsEachMethodAsItIs) {
  using core::HttpMethod;
  for (const HttpMethod method : {HttpMethod::kGet, HttpMethod::kPost, HttpMethod::kPut,
                                  HttpMethod::kPatch, HttpMethod::kDelete, HttpMethod::kHead}) {
    core::HttpTarget target = Target();
    target.method = method;
    core::ClaimedRun run = ClaimedRunOf(target);
    run.input_json = R"({"n":1})";
    EXPECT_EQ(CodeOf(Run(run)), "COMPLETED");
    const support::HttpServerRequest seen = server_.requests().back();
    EXPECT_EQ(seen.method, core::HttpMethodName(method));
    const bool with_body = method != HttpMethod::kGet && method != HttpMethod::kHead;
    EXPECT_EQ(seen.body, with_body ? R"({"n":1})" : "");
    EXPECT_EQ(seen.Header("content-type"), with_body ? "application/json" : "");
  }
  // One handle carried them all, so that nothing of one request is left in the next.
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(HttpExecutorTest, APostWithoutInputSendsAnEmptyObject) {
  EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  const support::HttpServerRequest seen = server_.requests().back();
  EXPECT_EQ(seen.body, "{}");
  EXPECT_EQ(seen.Header("content-length"), "2");
  EXPECT_EQ(seen.headers.count("expect"), 0u);
}

TEST_F(HttpExecutorTest, SendsPathQueryHeadersAndBody) {
  core::HttpTarget target = Target("/users/:id/x");
  target.path_params = {{"id", "a/b"}};
  target.query = {{"q", "1 2"}};
  target.headers = {{"X-Mine", "yes"}, {"X-Empty", ""}, {"Content-Type", "text/plain"}};
  target.body = "hello";
  EXPECT_EQ(CodeOf(Run(target)), "COMPLETED");
  const support::HttpServerRequest seen = server_.requests().back();
  EXPECT_EQ(seen.target, "/users/a%2Fb/x?q=1%202");
  EXPECT_EQ(seen.Header("x-mine"), "yes");
  EXPECT_EQ(seen.headers.count("x-empty"), 1u);
  EXPECT_EQ(seen.Header("content-type"), "text/plain");
  EXPECT_EQ(seen.Header("user-agent").rfind("ductape-jobs/", 0), 0u);
  EXPECT_EQ(seen.body, "hello");
}

TEST_F(HttpExecutorTest, DotSegmentsAreSentAsTheyStand) {
  EXPECT_EQ(CodeOf(Run(Target("/a/../b/./c"))), "COMPLETED");
  EXPECT_EQ(server_.requests().back().target, "/a/../b/./c");
}

TEST_F(HttpExecutorTest, KeepsConnectionsAlive) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(HttpExecutorTest, AKeptConnectionThatBreaksGivesTheRunBack) {
  EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  for (const Kind kind : {Kind::kReset, Kind::kClose}) {
    answer_.kind = kind;
    const size_t before = server_.request_count();
    EXPECT_EQ(CodeOf(Run(Target())), "RELEASED");
    EXPECT_EQ(server_.request_count(), before + 1);  // it was not sent again behind our back
    answer_.kind = Kind::kReply;
    EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  }
}

TEST_F(HttpExecutorTest, ANewConnectionThatBreaksFails) {
  answer_.kind = Kind::kReset;
  EXPECT_EQ(CodeOf(Run(Target())), failure::kConnection);
  EXPECT_EQ(server_.request_count(), 1u);
}

TEST_F(HttpExecutorTest, ALaterAttemptTakesANewConnection) {
  EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  core::ClaimedRun again = ClaimedRunOf(Target());
  again.attempt = 2;
  EXPECT_EQ(CodeOf(Run(again)), "COMPLETED");
  EXPECT_EQ(server_.accepted(), 2);
  answer_.kind = Kind::kReset;
  EXPECT_EQ(CodeOf(Run(again)), failure::kConnection);
  EXPECT_EQ(server_.request_count(), 3u);
}

TEST_F(HttpExecutorTest, SurvivesAConnectionThatWasClosedWhileIdle) {
  EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  answer_.headers = {{"Connection", "keep-alive"}};
  answer_.kind = Kind::kRaw;  // answers and closes, without saying so
  answer_.body = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  for (int i = 0; i < 5; ++i) {
    // The close may cross the next request; then nothing says that it was seen.
    const std::string code = CodeOf(Run(Target()));
    EXPECT_TRUE(code == "COMPLETED" || code == "RELEASED") << code;
  }
}

TEST_F(HttpExecutorTest, SuccessCodesDecide) {
  core::HttpTarget target = Target();
  target.success_codes = {"404", "3xx"};
  answer_.status = 404;
  EXPECT_EQ(CodeOf(Run(target)), "COMPLETED");
  answer_.status = 200;
  EXPECT_EQ(CodeOf(Run(target)), failure::kValidation);
  answer_.status = 304;
  EXPECT_EQ(CodeOf(Run(target)), "COMPLETED");
}

TEST_F(HttpExecutorTest, RedirectsAreNotFollowed) {
  answer_.status = 302;
  for (const std::string& location :
       {std::string("http://169.254.169.254/latest/meta-data/"), server_.url("/other")}) {
    answer_.headers = {{"Location", location}};
    const AttemptResult result = Run(Target());
    EXPECT_EQ(CodeOf(result), failure::kValidation);
    EXPECT_EQ(result.error->status, 302);
  }
  EXPECT_EQ(server_.request_count(), 2u);
}

TEST_F(HttpExecutorTest, RetryAfterIsPassedOnHoweverLong) {
  answer_.status = 503;
  answer_.headers = {{"Retry-After", "999999999"}};
  EXPECT_EQ(Run(Target()).retry_after, 999'999'999'000);
  answer_.headers = {{"retry-after", "Wed, 01 Jan 2020 00:00:00 GMT"}};
  EXPECT_EQ(Run(Target()).retry_after, 0);
  answer_.headers = {{"Retry-After", "soon"}};
  EXPECT_FALSE(Run(Target()).retry_after.has_value());
  answer_.headers.clear();
  EXPECT_FALSE(Run(Target()).retry_after.has_value());
}

TEST_F(HttpExecutorTest, OneByteASecondTimesOut) {
  answer_.kind = Kind::kDrip;
  answer_.body = std::string(100, 'x');
  core::ClaimedRun run = ClaimedRunOf(Target());
  run.attempt_timeout = 300;
  const AttemptResult result = Run(run);
  EXPECT_EQ(CodeOf(result), failure::kTimeout);
  EXPECT_EQ(result.error->status, 0);
}

TEST_F(HttpExecutorTest, ASlowBodyInTimeCompletes) {
  answer_.kind = Kind::kDrip;
  answer_.drip_millis = 5;
  answer_.body = "slow";
  EXPECT_EQ(Run(Target()).output->output, "slow");
}

TEST_F(HttpExecutorTest, AHalfAnswerIsNoAnswer) {
  answer_.body = "0123456789";
  answer_.kind = Kind::kCloseInBody;
  EXPECT_EQ(CodeOf(Run(Target())), failure::kConnection);
  answer_.kind = Kind::kClose;
  EXPECT_EQ(CodeOf(Run(Target())), failure::kConnection);
  answer_.kind = Kind::kHangInBody;
  core::ClaimedRun run = ClaimedRunOf(Target());
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Run(run)), failure::kTimeout);
}

TEST_F(HttpExecutorTest, EndlessBodyIsJudgedByItsStatus) {
  answer_.kind = Kind::kEndless;
  const AttemptResult result = Run(Target());
  EXPECT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_TRUE(result.output->truncated);
  EXPECT_EQ(result.output->output.size(), static_cast<size_t>(base::limits::kMaxOutputBytes));
  answer_.status = 500;
  EXPECT_EQ(CodeOf(Run(Target())), failure::kUnavailable);
}

TEST_F(HttpExecutorTest, NonsenseIsRetriedLikeNoAnswer) {
  answer_.kind = Kind::kRaw;
  for (const char* raw : {"hello\r\n", "HTTP/1.1 banana\r\n\r\n", "HTTP/1.1 200\0OK\r\n",
                          "SSH-2.0-OpenSSH_9.2\r\n"}) {
    answer_.body = raw;
    const AttemptResult result = Run(Target());
    ASSERT_NE(result.error, nullptr) << raw;
    EXPECT_TRUE(failure::IsRetryableClass(result.error->code)) << raw << result.error->message;
  }
}

TEST_F(HttpExecutorTest, FloodOfHeadersIsBounded) {
  answer_.kind = Kind::kRaw;
  answer_.body = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 100'000; ++i) answer_.body += "X-Flood-" + std::to_string(i) + ": x\r\n";
  answer_.body += "Content-Length: 0\r\n\r\n";
  EXPECT_FALSE(Run(Target()).completed);
}

TEST_F(HttpExecutorTest, ProxyEnvironmentIsIgnored) {
  const std::string nowhere = "http://127.0.0.1:" + std::to_string(support::UnusedPort());
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) {
    ASSERT_EQ(setenv(name, nowhere.c_str(), 1), 0);
  }
  EXPECT_EQ(CodeOf(Run(Target())), "COMPLETED");
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) unsetenv(name);
}

TEST_F(HttpExecutorTest, OtherProtocolsAreRefused) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "dict://127.0.0.1/x", "",
                          "//127.0.0.1/", "http://", "http:///x"}) {
    EXPECT_EQ(CodeOf(RunUrl(url)), failure::kValidation) << url;
  }
}

TEST_F(HttpExecutorTest, EveryNotationOfLoopbackReachesTheSamePlace) {
  const std::string port = std::to_string(server_.port());
  for (const std::string host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1",
                                 "127.1", "[::ffff:127.0.0.1]"}) {
    EXPECT_EQ(CodeOf(RunUrl(absl::StrCat("http://", host, ":", port, "/"))), "COMPLETED") << host;
  }
}

TEST_F(HttpExecutorTest, CancelClosesTheConnection) {
  answer_.kind = Kind::kHang;
  const auto attempt = Start(ClaimedRunOf(Target()));
  while (server_.request_count() == 0) std::this_thread::yield();
  executor_.Cancel(attempt->ref());
  EXPECT_TRUE(attempt->Wait().cancelled);
  while (server_.open() != 0) std::this_thread::yield();
}

// The same, but targets on this machine are not allowed, nor is a range and a port.
class HttpEgressTest : public HttpExecutorTest {
 protected:
  HttpEgressTest()
      : HttpExecutorTest({.allow_loopback = false, .allow = {}, .deny = {"10.0.0.0/8", "*:25"}}) {}
};

TEST_F(HttpEgressTest, NoNotationGoesAroundThePolicy) {
  const std::string port = std::to_string(server_.port());
  for (const std::string host :
       {"127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
        "017700000001", "127.1", "127.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0", "0", "[::]"}) {
    const AttemptResult result = RunUrl(absl::StrCat("http://", host, ":", port, "/"));
    EXPECT_EQ(CodeOf(result), failure::kEgressDenied) << host << ": " << result.error->message;
  }
  EXPECT_EQ(server_.accepted(), 0);
}

TEST_F(HttpEgressTest, RangesPortsAndMetadataAreDenied) {
  for (const char* url : {"http://10.1.2.3/", "http://192.0.2.1:25/", "http://169.254.169.254/",
                          "http://user@169.254.169.254/", "http://0xa9fea9fe/", "http://[fe80::1]/",
                          "http://[fd00:ec2::254]/", "http://224.0.0.1/", "http://255.255.255.255/",
                          "https://100.100.100.200/"}) {
    EXPECT_EQ(CodeOf(RunUrl(url)), failure::kEgressDenied) << url;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
