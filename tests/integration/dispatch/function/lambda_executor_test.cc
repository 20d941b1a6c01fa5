// What is asked of AWS Lambda, byte by byte, as
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html says, and what comes of its answers. That the signature
// is right, botocore says.

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "scheduler/core/failure.h"
#include "scheduler/core/ids.h"
#include "tests/integration/dispatch/function/lambda_fixture.h"
#include "tests/support/child_process.h"
#include "tests/support/python_packages.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using support::CodeOf;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using testing::HasSubstr;
using testing::Not;

using support::PlainSecret;

class LambdaTest : public LambdaFixture {
 protected:
  // The header Authorization that botocore gives the request.
  std::string SignedByBotocore(const HttpServerRequest& request, const std::string& packages) {
    json headers = json::object();
    for (const auto& [name, value] : request.headers) {
      const bool is_signed = name == "content-type" || name == "x-amz-invocation-type" ||
                             name == "x-amz-client-context";
      if (is_signed) headers[name] = value;
    }
    const json given = {{"method", request.method},
                        {"url", server_.url(request.target)},
                        {"headers", headers},
                        {"body", request.body},
                        {"date", request.Header("x-amz-date")},
                        {"key_id", settings_.access_key_id},
                        {"secret", settings_.secret_access_key.name},
                        {"token", settings_.session_token.name},
                        {"region", settings_.region},
                        {"service", "lambda"}};
    const support::TempDir dir;
    support::WriteFile(dir.File("request"), given.dump());
    const int code = support::RunCommand({"/usr/bin/env", "PYTHONPATH=" + packages, "python3",
                                          "tests/support/aws_signature.py", dir.File("request")},
                                         dir.File("out"));
    std::string out = support::ReadFile(dir.File("out"));
    EXPECT_EQ(code, 0) << out;
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
  }
};

TEST_F(LambdaTest, TheTemplateNamesSecrets) {
  settings_.secrets["key"] = PlainSecret("say \"hunter2\"");
  target_.body = R"({"key":"{{secrets.key}}"})";
  HttpServerAnswer echo;
  echo.body = R"({"got":"say \"hunter2\""})";
  Answer(echo);
  const AttemptResult result = Run();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(server_.requests().at(0).body, R"({"key":"say \"hunter2\""})");
  EXPECT_EQ(OutputOf(result), R"({"got":"[redacted]"})");

  settings_.secrets["key"] = PlainSecret("gone");
  EXPECT_EQ(CodeOf(Run()), core::failure::kSecretUnavailable);
  settings_.secrets.clear();
  const AttemptResult missing = Run();
  EXPECT_EQ(CodeOf(missing), core::failure::kValidation);
  EXPECT_THAT(MessageOf(missing), HasSubstr("no secret of the name \"key\""));
  EXPECT_EQ(server_.request_count(), 1u);
}

TEST_F(LambdaTest, AFunctionIsInvokedAndItsPayloadIsTheOutput) {
  core::ClaimedRun run = RunOf(12);
  run.input_json = R"({"order":17})";
  const AttemptResult result = support::Attempt(&executor_, run).Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_EQ(OutputOf(result), R"({"pages":3})");
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/2015-03-31/functions/report%3Alive/invocations");
  EXPECT_EQ(request.body, R"({"order":17})");
  EXPECT_EQ(request.Header("content-type"), "application/json");
  EXPECT_EQ(request.Header("x-amz-invocation-type"), "RequestResponse");
  EXPECT_EQ(request.headers.count("x-amz-security-token"), 0u);
  std::string context;
  ASSERT_TRUE(absl::Base64Unescape(request.Header("x-amz-client-context"), &context));
  EXPECT_EQ(json::parse(context), json({{"custom",
                                         {{"idempotency_key", core::FormatRunId(run.key)},
                                          {"ductape_product", "default"},
                                          {"ductape_job", "example_job"},
                                          {"ductape_run_number", "12"},
                                          {"ductape_attempt", "1"},
                                          {"ductape_scheduled_time", "2025-01-02T03:04:05.678Z"},
                                          {"ductape_fencing_token", std::to_string(run.token)},
                                          {"traceparent", core::TraceparentOf(run.key)}}}}));
  const std::string trace = request.Header("x-amzn-trace-id");
  EXPECT_EQ(trace.substr(0, 7), "Root=1-");
  EXPECT_EQ(trace.substr(7, 8), core::TraceparentOf(run.key).substr(3, 8));
}

TEST_F(LambdaTest, BotocoreGivesTheSameSignature) {
  const std::string packages = support::PythonPackages("aws");
  if (packages.empty()) GTEST_SKIP() << "no botocore";
  target_.function = "arn:aws:lambda:eu-central-1:123456789012:function:report:$LATEST";
  target_.body = R"({"text":"Grüße aus {{job.tag}}","secret":"~*'()! "})";
  ASSERT_EQ(CodeOf(Run()), "COMPLETED");
  settings_.session_token = support::PlainSecret("FQoGZXIvYXdzE/the+token==");
  target_.asynchronous = true;
  HttpServerAnswer queued;
  queued.status = 202;
  Answer(queued);
  ASSERT_EQ(CodeOf(Run()), "COMPLETED");
  for (const HttpServerRequest& request : server_.requests()) {
    settings_.session_token = support::PlainSecret(request.Header("x-amz-security-token"));
    EXPECT_EQ(request.Header("authorization"), SignedByBotocore(request, packages));
  }
  EXPECT_EQ(server_.requests().at(1).Header("x-amz-security-token"), "FQoGZXIvYXdzE/the+token==");
  EXPECT_EQ(server_.requests().at(0).target,
            "/2015-03-31/functions/"
            "arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Areport%3A%24LATEST/"
            "invocations");
}

TEST_F(LambdaTest, OneThatIsNotAwaitedIsQueued) {
  target_.asynchronous = true;
  HttpServerAnswer queued;
  queued.status = 202;
  Answer(queued);
  const AttemptResult result = Run();
  EXPECT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(result.output, nullptr);
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.Header("x-amz-invocation-type"), "Event");
  EXPECT_EQ(request.headers.count("x-amz-client-context"), 0u);
  // Neither is the other's answer.
  queued.status = 200;
  Answer(queued);
  EXPECT_EQ(CodeOf(Run()), "UNAVAILABLE");
  target_.asynchronous = false;
  queued.status = 202;
  Answer(queued);
  EXPECT_EQ(CodeOf(Run()), "UNAVAILABLE");
}

TEST_F(LambdaTest, ABodyIsATemplateOfJson) {
  target_.body = R"({"who":"{{name}}","run":"{{run.id}}","all":{{input}}})";
  core::ClaimedRun run = RunOf();
  run.input_json = R"({"name":"a \"b\""})";
  EXPECT_EQ(CodeOf(support::Attempt(&executor_, run).Wait()), "COMPLETED");
  EXPECT_EQ(json::parse(server_.requests().at(0).body), json({{"who", "a \"b\""},
                                                              {"run", core::FormatRunId(run.key)},
                                                              {"all", {{"name", "a \"b\""}}}}));
  target_.body = R"({"who":{{{name}}}})";
  run = RunOf();
  run.input_json = R"({"name":"no JSON"})";
  const AttemptResult broken = support::Attempt(&executor_, run).Wait();
  EXPECT_EQ(CodeOf(broken), "VALIDATION");
  EXPECT_THAT(MessageOf(broken), HasSubstr("body"));
  target_.body = R"({"who":"{{nobody}}"})";
  EXPECT_EQ(CodeOf(Run()), "VALIDATION");
  EXPECT_EQ(server_.request_count(), 1u);
  target_.body.clear();
  EXPECT_EQ(CodeOf(Run()), "COMPLETED");
  EXPECT_EQ(server_.requests().at(1).body, "{}");
}

TEST_F(LambdaTest, AFunctionThatFailsIsAFunctionErrorAndNotRetriedByItself) {
  HttpServerAnswer failed;
  failed.headers = {{"X-Amz-Function-Error", "Unhandled"}};
  failed.body = R"({"errorMessage":"no such order","errorType":"KeyError","stackTrace":["a"]})";
  Answer(failed);
  const AttemptResult result = Run();
  EXPECT_EQ(CodeOf(result), "FUNCTION_ERROR");
  EXPECT_EQ(MessageOf(result), "the function failed (Unhandled): KeyError: no such order");
  EXPECT_EQ(result.error->status, 200);
  EXPECT_EQ(OutputOf(result), failed.body);
  EXPECT_FALSE(core::failure::IsRetryable(*result.error, core::RetryPolicy()));
  core::RetryPolicy policy;
  policy.retryable_codes = {"FUNCTION_ERROR"};
  EXPECT_TRUE(core::failure::IsRetryable(*result.error, policy));
}

TEST_F(LambdaTest, RefusalsHaveTheirClasses) {
  struct Case {
    int status;
    std::string type;
    std::string code;
  };
  const Case cases[] = {
      {429, "TooManyRequestsException", "RATE_LIMITED"},
      {400, "ThrottlingException", "RATE_LIMITED"},
      {404, "ResourceNotFoundException:http://internal.amazon.com/", "NOT_FOUND"},
      {403, "AccessDeniedException", "FORBIDDEN"},
      {403, "UnrecognizedClientException", "UNAUTHENTICATED"},
      {403, "InvalidSignatureException", "UNAUTHENTICATED"},
      {403, "ExpiredTokenException", "UNAUTHENTICATED"},
      {400, "InvalidRequestContentException", "VALIDATION"},
      {413, "RequestTooLargeException", "VALIDATION"},
      {500, "ServiceException", "UNAVAILABLE"},
      {502, "EC2UnexpectedException", "UNAVAILABLE"},
  };
  for (const Case& item : cases) {
    HttpServerAnswer refusal = Refusal(item.status, item.type, "the reason");
    refusal.headers.emplace_back("Retry-After", "7");
    Answer(refusal);
    const AttemptResult result = Run();
    EXPECT_EQ(CodeOf(result), item.code) << item.type;
    EXPECT_EQ(result.error->status, item.status);
    EXPECT_THAT(MessageOf(result), HasSubstr("Exception: the reason"));
    EXPECT_EQ(result.retry_after, 7000);
  }
}

TEST_F(LambdaTest, SecretsAreTakenOutOfWhatComesBack) {
  settings_.session_token = support::PlainSecret("the-session-token");
  HttpServerAnswer telling;
  telling.body = R"("wJalrXUtnFEMI/K7MDENG, the-session-token")";
  Answer(telling);
  EXPECT_EQ(OutputOf(Run()), R"("[redacted], [redacted]")");
  Answer(Refusal(403, "AccessDeniedException", "not with the-session-token"));
  EXPECT_THAT(MessageOf(Run()), Not(HasSubstr("the-session-token")));
}

TEST_F(LambdaTest, ATestIsToldWhatWasSentAndAnswered) {
  core::ClaimedRun run = RunOf();
  run.trace = std::make_shared<core::AttemptTrace>();
  EXPECT_EQ(CodeOf(support::Attempt(&executor_, run).Wait()), "COMPLETED");
  EXPECT_THAT(run.trace->request(), HasSubstr("X-Amz-Invocation-Type: RequestResponse"));
  EXPECT_THAT(run.trace->response(), HasSubstr(R"({"pages":3})"));
}

TEST_F(LambdaTest, AConnectionThatCannotBeUsedIsSaid) {
  settings_.secret_access_key = support::PlainSecret("gone");
  EXPECT_EQ(CodeOf(Run()), "SECRET_UNAVAILABLE");
  core::ClaimedRun run = RunOf();
  run.connections.clear();
  EXPECT_EQ(CodeOf(support::Attempt(&executor_, run).Wait()), "CONNECTION_NOT_FOUND");
  run = RunOf();
  run.connections = {support::ConnectionOf("cloud", core::RedisSettings())};
  const AttemptResult wrong = support::Attempt(&executor_, run).Wait();
  EXPECT_EQ(CodeOf(wrong), "VALIDATION");
  EXPECT_THAT(MessageOf(wrong), HasSubstr("aws"));
  EXPECT_EQ(server_.request_count(), 0u);
}

}  // namespace
}  // namespace scheduler::dispatch
