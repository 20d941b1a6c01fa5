#include "scheduler/dispatch/token_request.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::CodeOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

core::Oauth2Auth Oauth2() {
  core::Oauth2Auth auth;
  auth.token_url = "https://id.example.com/token";
  auth.client_id = "jobs:1";
  return auth;
}

core::LoginAuth Login() {
  core::LoginAuth auth;
  auth.url = "https://api.example.com/login";
  auth.fields = {{"user", "jobs"}};
  auth.secret_field = "password";
  auth.token_pointer = "/data/token";
  auth.header = "Authorization";
  return auth;
}

HttpAnswer Answer(int status, const std::string& body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

TEST(TokenRequestTest, AsksForClientCredentials) {
  SecretRedactor redactor;
  core::Oauth2Auth auth = Oauth2();
  TokenRequest request = RequestFor(auth, "s e", &redactor);
  EXPECT_EQ(request.call.url, "https://id.example.com/token");
  EXPECT_EQ(request.call.body, "grant_type=client_credentials");
  EXPECT_THAT(request.call.headers, Contains(Pair("Authorization", "Basic am9icyUzQTE6cyUyMGU=")));
  EXPECT_EQ(redactor.Redact("am9icyUzQTE6cyUyMGU=", false), "[redacted]");
  auth.scopes = {"read", "write"};
  auth.audience = "https://api";
  auth.in_body = true;
  request = RequestFor(auth, "s&e", &redactor);
  EXPECT_EQ(request.call.body,
            "grant_type=client_credentials&scope=read%20write&audience=https%3A%2F%2Fapi&"
            "client_id=jobs%3A1&client_secret=s%26e");
  EXPECT_THAT(request.call.headers, Not(Contains(Pair("Authorization", testing::_))));
}

TEST(TokenRequestTest, LogsInWithAnyBody) {
  core::LoginAuth auth = Login();
  auth.headers = {{"X-Tenant", "a"}};
  auto request = RequestFor(auth, "p\"w");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->call.body, R"({"password":"p\"w","user":"jobs"})");
  EXPECT_THAT(request->call.headers, Contains(Pair("Content-Type", "application/json")));
  EXPECT_THAT(request->call.headers, Contains(Pair("X-Tenant", "a")));
  auth.fields = {{"/user/name", "jobs"}};
  auth.secret_field = "/user/password";
  auth.headers = {{"content-type", "application/vnd.api+json"}};
  request = RequestFor(auth, "pw");
  EXPECT_EQ(request->call.body, R"({"user":{"name":"jobs","password":"pw"}})");
  EXPECT_THAT(request->call.headers, Not(Contains(Pair("Content-Type", testing::_))));
  auth.fields = {{"/user", "jobs"}};
  EXPECT_EQ(RequestFor(auth, "pw").status().code(), absl::StatusCode::kInvalidArgument);
  auth = Login();
  auth.form = true;
  EXPECT_EQ(RequestFor(auth, "p w")->call.body, "password=p%20w&user=jobs");
  auth.method = core::HttpMethod::kGet;
  EXPECT_EQ(RequestFor(auth, "p w")->call.url,
            "https://api.example.com/login?password=p%20w&user=jobs");
}

TEST(TokenRequestTest, ReadsTheTokenAndItsLifetime) {
  SecretRedactor redactor;
  const TokenRequest oauth2 = RequestFor(Oauth2(), "secret", &redactor);
  TokenAnswer read = ReadToken(oauth2, Answer(200, R"({"access_token":"tok","expires_in":60})"), 0);
  ASSERT_NE(read.token, nullptr);
  EXPECT_EQ(read.token->view(), "tok");
  EXPECT_EQ(read.lifetime, 60'000);
  EXPECT_EQ(
      ReadToken(oauth2, Answer(200, R"({"access_token":"tok","expires_in":"90"})"), 0).lifetime,
      90'000);
  EXPECT_EQ(ReadToken(oauth2, Answer(200, R"({"access_token":"tok","expires_in":-1})"), 0).lifetime,
            0);
  EXPECT_EQ(
      ReadToken(oauth2, Answer(200, R"({"access_token":"tok","expires_in":1e300})"), 0).lifetime,
      base::limits::kMaxTokenTtl);
  EXPECT_EQ(ReadToken(oauth2, Answer(200, R"({"access_token":"tok"})"), 0).lifetime,
            base::limits::kDefaultTokenTtl);
  core::LoginAuth login = Login();
  login.ttl = 1234;
  read = ReadToken(*RequestFor(login, "pw"),
                   Answer(201, R"({"data":{"token":"t","expires_in":1}})"), 0);
  EXPECT_EQ(read.token->view(), "t");
  EXPECT_EQ(read.lifetime, 1234);
}

TEST(TokenRequestTest, SaysWhyThereIsNone) {
  SecretRedactor redactor;
  const TokenRequest request = RequestFor(Oauth2(), "secret", &redactor);
  const auto code = [&request](const HttpAnswer& answer) {
    return CodeOf(ReadToken(request, answer, 0).failure);
  };
  for (const int status : {400, 401, 403}) {
    EXPECT_EQ(code(Answer(status, "{}")), failure::kUnauthenticated);
  }
  EXPECT_EQ(code(Answer(503, "")), failure::kUnavailable);
  EXPECT_EQ(code(Answer(302, "")), failure::kValidation);
  HttpAnswer busy = Answer(429, "");
  busy.headers = {{"Retry-After", "7"}};
  EXPECT_EQ(code(busy), failure::kRateLimited);
  EXPECT_EQ(ReadToken(request, busy, 0).failure.retry_after, 7000);
  for (const char* body : {"", "not JSON", "[]", "{}", R"({"access_token":7})",
                           R"({"access_token":""})", R"({"access_token":"a\nb"})"}) {
    const TokenAnswer read = ReadToken(request, Answer(200, body), 0);
    EXPECT_EQ(CodeOf(read.failure), failure::kUnavailable) << body;
    EXPECT_EQ(read.token, nullptr);
  }
  HttpAnswer none;
  none.transport = absl::DeadlineExceededError("slow");
  EXPECT_EQ(code(none), failure::kTimeout);
  EXPECT_THAT(ReadToken(request, none, 0).failure.error->message, HasSubstr("no token: slow"));
  none.transport = absl::UnavailableError("refused");
  EXPECT_EQ(code(none), failure::kConnection);
  none.transport = absl::PermissionDeniedError("denied");
  EXPECT_EQ(code(none), failure::kEgressDenied);
  none.transport = absl::CancelledError("");
  EXPECT_EQ(code(none), "CANCELLED");
}

}  // namespace
}  // namespace scheduler::dispatch
