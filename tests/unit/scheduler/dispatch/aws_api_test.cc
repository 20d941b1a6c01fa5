#include "scheduler/dispatch/aws_api.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

HttpAnswer Answer(int status, const std::string& body, HttpHeaders headers = {}) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  answer.headers = std::move(headers);
  return answer;
}

TEST(AwsApiTest, UrlsAreOfServiceAndRegionOrBelowTheEndpoint) {
  core::AwsSettings settings;
  settings.region = "eu-central-1";
  EXPECT_EQ(AwsUrl(settings, "lambda", "/x"), "https://lambda.eu-central-1.amazonaws.com/x");
  settings.region = "cn-north-1";
  EXPECT_EQ(AwsUrl(settings, "sqs", "/"), "https://sqs.cn-north-1.amazonaws.com.cn/");
  settings.endpoint = "http://127.0.0.1:4566/a/";
  EXPECT_EQ(AwsUrl(settings, "sqs", "/"), "http://127.0.0.1:4566/a/");
}

TEST(AwsApiTest, TracesAreInTheFormOfXRay) {
  EXPECT_EQ(AwsTraceHeader("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"),
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
  EXPECT_EQ(AwsTraceHeader("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00"),
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0");
  EXPECT_EQ(AwsTraceHeader("nonsense"), "");
}

TEST(AwsApiTest, ErrorsAreReadFromHeaderOrBody) {
  AwsError error =
      AwsErrorOf(Answer(404, R"({"Type":"User","Message":"no function"})",
                        {{"x-amzn-errortype", "ResourceNotFoundException:http://a/"}}));
  EXPECT_EQ(error.type, "ResourceNotFoundException");
  EXPECT_EQ(error.message, "no function");
  error = AwsErrorOf(
      Answer(400, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"})"));
  EXPECT_EQ(error.type, "QueueDoesNotExist");
  EXPECT_EQ(error.message, "no queue");
  for (const std::string body : {"", "<html>", "[1]", R"({"__type":7,"message":{}})"}) {
    error = AwsErrorOf(Answer(500, body));
    EXPECT_EQ(error.type, "") << body;
    EXPECT_EQ(error.message, "") << body;
  }
}

TEST(AwsApiTest, TypesAreMoreToThePointThanStatuses) {
  EXPECT_EQ(ClassOfAwsError("RequestThrottled", 403), "RATE_LIMITED");
  EXPECT_EQ(ClassOfAwsError("InvalidClientTokenId", 403), "UNAUTHENTICATED");
  EXPECT_EQ(ClassOfAwsError("QueueDoesNotExist", 400), "NOT_FOUND");
  EXPECT_EQ(ClassOfAwsError("AccessDenied", 400), "FORBIDDEN");
  EXPECT_EQ(ClassOfAwsError("SomethingNew", 400), "VALIDATION");
  EXPECT_EQ(ClassOfAwsError("SomethingNew", 503), "UNAVAILABLE");
  EXPECT_EQ(ClassOfAwsError("", 302), "VALIDATION");
  EXPECT_EQ(ClassOfAwsError("", 204), "UNAVAILABLE");
}

TEST(AwsApiTest, ARefusalHasStatusWordsAndRetryAfter) {
  const AttemptResult result =
      RefusedByAws(Answer(429, R"({"message":"Rate exceeded"})",
                          {{"X-Amzn-ErrorType", "TooManyRequestsException"}, {"Retry-After", "3"}}),
                   0);
  EXPECT_EQ(result.error->code, "RATE_LIMITED");
  EXPECT_EQ(result.error->message, "HTTP 429 TooManyRequestsException: Rate exceeded");
  EXPECT_EQ(result.error->status, 429);
  EXPECT_EQ(result.retry_after, 3000);
  EXPECT_EQ(RefusedByAws(Answer(502, "<html>bad gateway"), 0).error->message,
            "HTTP 502: <html>bad gateway");
}

}  // namespace
}  // namespace scheduler::dispatch
