#include "scheduler/dispatch/http_request.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "ductape/version.h"
#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/ids.h"

namespace scheduler::dispatch {
namespace {

class HttpRequestTest : public testing::Test {
 protected:
  HttpRequestTest() {
    target_.url = "http://localhost:8080/ping";
    run_.key = {core::MakeUid(5, 1), 2};
    run_.product = "default";
    run_.job_tag = "job";
    run_.attempt = 1;
  }
  HttpRequest Build() {
    absl::StatusOr<HttpRequest> request = BuildHttpRequest(target_, run_);
    EXPECT_TRUE(request.ok()) << request.status();
    return request.ok() ? *request : HttpRequest();
  }
  static int Count(const HttpRequest& request, const std::string& line) {
    return static_cast<int>(std::count(request.headers.begin(), request.headers.end(), line));
  }

  core::HttpTarget target_;
  core::ClaimedRun run_;
};

TEST_F(HttpRequestTest, PostsTheInputAsJson) {
  run_.input_json = R"({"a":1})";
  const HttpRequest request = Build();
  EXPECT_EQ(request.method, core::HttpMethod::kPost);
  EXPECT_EQ(request.url, "http://localhost:8080/ping");
  EXPECT_FALSE(request.tls);
  EXPECT_TRUE(request.has_body);
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(Count(request, "Content-Type: application/json"), 1);
  EXPECT_EQ(Count(request, absl::StrCat("User-Agent: ductape-jobs/", ductape::kVersion)), 1);
  EXPECT_EQ(Count(request, absl::StrCat("Idempotency-Key: ", core::FormatRunId(run_.key))), 1);
  EXPECT_EQ(Count(request, absl::StrCat("traceparent: ", core::TraceparentOf(run_.key))), 1);
}

TEST_F(HttpRequestTest, OwnBodyGoesBeforeTheInput) {
  run_.input_json = R"({"a":1})";
  target_.body = "<xml/>";
  target_.headers = {{"content-type", "text/xml"}};
  const HttpRequest request = Build();
  EXPECT_EQ(request.body, "<xml/>");
  EXPECT_EQ(Count(request, "content-type: text/xml"), 1);
  EXPECT_EQ(Count(request, "Content-Type: application/json"), 0);
}

TEST_F(HttpRequestTest, InputGoesWithMethodsThatTakeABody) {
  run_.input_json = R"({"a":1})";
  using core::HttpMethod;
  for (const HttpMethod method :
       {HttpMethod::kPost, HttpMethod::kPut, HttpMethod::kPatch, HttpMethod::kDelete}) {
    target_.method = method;
    EXPECT_EQ(Build().body, R"({"a":1})");
  }
  for (const HttpMethod method : {HttpMethod::kGet, HttpMethod::kHead}) {
    target_.method = method;
    for (const char* body : {"", "x"}) {
      target_.body = body;
      const HttpRequest request = Build();
      EXPECT_FALSE(request.has_body);
      EXPECT_EQ(request.body, "");
      EXPECT_EQ(Count(request, "Content-Type: application/json"), 0);
    }
  }
}

TEST_F(HttpRequestTest, WithoutInputTheBodyIsAnEmptyObject) {
  const HttpRequest request = Build();
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(Count(request, "Content-Type: application/json"), 1);
  target_.method = core::HttpMethod::kDelete;
  EXPECT_FALSE(Build().has_body);
}

TEST_F(HttpRequestTest, TimeoutIsTheRunsOrTheDefault) {
  EXPECT_EQ(Build().timeout, base::limits::kDefaultAttemptTimeout);
  run_.attempt_timeout = 1234;
  EXPECT_EQ(Build().timeout, 1234);
}

TEST_F(HttpRequestTest, TlsFollowsTheScheme) {
  target_.url = "HTTPS://h/";
  EXPECT_TRUE(Build().tls);
}

TEST_F(HttpRequestTest, OwnHeadersAreSent) {
  target_.headers = {{"User-Agent", "mine"}, {"X-Empty", ""}};
  const HttpRequest request = Build();
  EXPECT_EQ(Count(request, "User-Agent: mine"), 1);
  EXPECT_EQ(Count(request, "X-Empty;"), 1);
  for (const std::string& line : request.headers) {
    EXPECT_EQ(line.find("ductape-jobs/"), std::string::npos);
  }
}

TEST_F(HttpRequestTest, BadHeadersAreRefused) {
  const std::pair<std::string, std::string> bad[] = {
      {"X", "a\r\nY: b"}, {"X", std::string("a\0", 2)},
      {"X\n", "a"},       {"X Y", "a"},
      {"X:", "a"},        {"", "a"},
      {"\xC3\xA9", "a"},
  };
  for (const auto& header : bad) {
    target_.headers = {header};
    EXPECT_EQ(BuildHttpRequest(target_, run_).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(HttpRequestTest, TheServicesOwnHeadersAreRefused) {
  for (const char* name : {"Idempotency-Key", "ductape-fencing-token", "DUCTAPE-X", "Traceparent",
                           "Content-Length", "Transfer-Encoding", "connection", "Host", "Upgrade",
                           "TE", "Trailer", "Expect", "Proxy-Authorization"}) {
    target_.headers = {{name, "1"}};
    const absl::Status status = BuildHttpRequest(target_, run_).status();
    EXPECT_EQ(std::string(status.message()),
              absl::StrCat("header ", name, " is set by the service"));
  }
}

TEST_F(HttpRequestTest, BadUrlIsRefused) {
  target_.url = "gopher://h";
  EXPECT_EQ(BuildHttpRequest(target_, run_).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace scheduler::dispatch
