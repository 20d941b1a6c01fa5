#include "scheduler/dispatch/notification/sms_api.h"

#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using Provider = core::SmsSettings::Provider;
using testing::ElementsAre;
using testing::Pair;

core::SmsSettings Settings(Provider provider) {
  core::SmsSettings settings;
  settings.provider = provider;
  settings.account = "AC1";
  return settings;
}

HttpCall Built(const core::SmsSettings& settings, const SmsText& sms, SecretRedactor* redactor) {
  absl::StatusOr<HttpCall> call = BuildSmsCall(settings, "s3cret", sms, redactor);
  EXPECT_TRUE(call.ok()) << call.status();
  return call.ok() ? *std::move(call) : HttpCall();
}

HttpAnswer Answer(int status, const std::string& body, HttpHeaders headers = {}) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  answer.headers = std::move(headers);
  return answer;
}

const SmsText kSms{"+15005550006", "+4915123456789", "Grüße & mehr", "run-1"};

TEST(SmsApiTest, TwiliosRequest) {
  SecretRedactor redactor;
  const HttpCall call = Built(Settings(Provider::kTwilio), kSms, &redactor);
  EXPECT_EQ(call.method, core::HttpMethod::kPost);
  EXPECT_EQ(call.url, "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json");
  EXPECT_THAT(call.headers, ElementsAre(Pair("Authorization", "Basic QUMxOnMzY3JldA=="),
                                        Pair("Content-Type", "application/x-www-form-urlencoded")));
  EXPECT_EQ(call.body, "To=%2B4915123456789&From=%2B15005550006&Body=Gr%C3%BC%C3%9Fe%20%26%20mehr");
  EXPECT_EQ(redactor.Redact("Basic QUMxOnMzY3JldA==", false), "Basic [redacted]");
  SmsText by_service = kSms;
  by_service.from = "MG0123456789abcdef0123456789abcdef";
  EXPECT_THAT(Built(Settings(Provider::kTwilio), by_service, &redactor).body,
              testing::HasSubstr("&MessagingServiceSid=MG0123456789abcdef0123456789abcdef&"));
}

TEST(SmsApiTest, VonagesRequest) {
  SecretRedactor redactor;
  const HttpCall call = Built(Settings(Provider::kVonage), kSms, &redactor);
  EXPECT_EQ(call.url, "https://rest.nexmo.com/sms/json");
  EXPECT_EQ(call.body,
            "api_key=AC1&api_secret=s3cret&from=%2B15005550006&to=4915123456789&"
            "text=Gr%C3%BC%C3%9Fe%20%26%20mehr&type=unicode&client-ref=run-1");
}

TEST(SmsApiTest, PlivosRequest) {
  SecretRedactor redactor;
  core::SmsSettings settings = Settings(Provider::kPlivo);
  settings.endpoint = "http://127.0.0.1:8080/";
  const HttpCall call = Built(settings, kSms, &redactor);
  EXPECT_EQ(call.url, "http://127.0.0.1:8080/v1/Account/AC1/Message/");
  EXPECT_THAT(call.headers, ElementsAre(Pair("Authorization", "Basic QUMxOnMzY3JldA=="),
                                        Pair("Content-Type", "application/json")));
  EXPECT_EQ(call.body, R"({"dst":"+4915123456789","src":"+15005550006","text":"Grüße & mehr"})");
}

TEST(SmsApiTest, ASenderIsNeeded) {
  SecretRedactor redactor;
  EXPECT_EQ(
      BuildSmsCall(Settings(Provider::kTwilio), "s", {"", "+4915123456789", "x", ""}, &redactor)
          .status()
          .code(),
      absl::StatusCode::kInvalidArgument);
}

TEST(SmsApiTest, WhatWasTakenHasTheServicesId) {
  const std::tuple<Provider, int, const char*, const char*> table[] = {
      {Provider::kTwilio, 201, R"({"sid":"SM1","status":"queued"})", "SM1"},
      {Provider::kVonage, 200,
       R"({"message-count":"1","messages":[{"status":"0","message-id":"V1"}]})", "V1"},
      {Provider::kPlivo, 202, R"({"message":"message(s) queued","message_uuid":["P1"]})", "P1"},
  };
  for (const auto& [provider, status, body, id] : table) {
    const Delivery delivery = ReadSmsAnswer(provider, "+1", Answer(status, body), 0);
    EXPECT_EQ(delivery.code, "") << delivery.message;
    EXPECT_EQ(delivery.id, id);
  }
}

TEST(SmsApiTest, RefusalsGiveTheirClass) {
  const std::tuple<Provider, int, const char*, std::string_view> table[] = {
      {Provider::kTwilio, 401, R"({"code":20003,"message":"Authenticate"})",
       failure::kUnauthenticated},
      {Provider::kTwilio, 400, R"({"code":21211,"message":"invalid To"})", failure::kNotFound},
      {Provider::kTwilio, 400, R"({"code":21610,"message":"unsubscribed"})", failure::kForbidden},
      {Provider::kTwilio, 400, R"({"code":21602,"message":"body required"})", failure::kValidation},
      {Provider::kTwilio, 429, R"({"code":20429,"message":"slow down"})", failure::kRateLimited},
      {Provider::kTwilio, 429, R"({"code":21611,"message":"queue full"})", failure::kUnavailable},
      {Provider::kTwilio, 503, "<html>", failure::kUnavailable},
      {Provider::kTwilio, 200, "<html>", failure::kValidation},
      {Provider::kVonage, 200, R"({"messages":[{"status":"1","error-text":"Throttled"}]})",
       failure::kRateLimited},
      {Provider::kVonage, 200, R"({"messages":[{"status":"4","error-text":"Bad"}]})",
       failure::kUnauthenticated},
      {Provider::kVonage, 200, R"({"messages":[{"status":"5","error-text":"Oops"}]})",
       failure::kUnavailable},
      {Provider::kVonage, 200, R"({"messages":[{"status":"9","error-text":"Quota"}]})",
       failure::kForbidden},
      {Provider::kVonage, 200, R"({"messages":[{"status":"15","error-text":"From"}]})",
       failure::kValidation},
      {Provider::kVonage, 200, R"({"messages":[{"status":"0"},{"status":"33"}]})",
       failure::kNotFound},
      {Provider::kVonage, 200, R"({"messages":[]})", failure::kValidation},
      {Provider::kVonage, 200, "null", failure::kValidation},
      {Provider::kVonage, 403, "", failure::kForbidden},
      {Provider::kPlivo, 401, R"({"error":"authentication failed"})", failure::kUnauthenticated},
      {Provider::kPlivo, 400, R"({"error":"dst is invalid"})", failure::kValidation},
      {Provider::kPlivo, 429, R"({"error":"rate"})", failure::kRateLimited},
      {Provider::kPlivo, 202, R"({"message_uuid":[]})", failure::kValidation},
  };
  for (const auto& [provider, status, body, code] : table) {
    EXPECT_EQ(ReadSmsAnswer(provider, "+1", Answer(status, body), 0).code, code) << status << body;
  }
}

TEST(SmsApiTest, RefusalsTellWhyAndWhenToComeAgain) {
  const Delivery delivery = ReadSmsAnswer(
      Provider::kTwilio, "+1",
      Answer(429, R"({"code":20429,"message":"slow\ndown"})", {{"retry-after", "7"}}), 0);
  EXPECT_EQ(delivery.message, "HTTP 429: 20429 slow down");
  EXPECT_EQ(delivery.status, 429);
  EXPECT_EQ(delivery.retry_after, 7000);
}

// The message may have gone out.
TEST(SmsApiTest, AnswersThatCannotBeReadAreNotRetriedAndSaySo) {
  const std::string endless(1000, 'x');
  const Delivery delivery = ReadSmsAnswer(Provider::kTwilio, "+1", Answer(200, endless), 0);
  EXPECT_EQ(delivery.code, failure::kValidation);
  EXPECT_EQ(delivery.message, "HTTP 200: the answer could not be read: " + std::string(256, 'x'));
  EXPECT_EQ(ReadSmsAnswer(Provider::kTwilio, "+1", Answer(200, ""), 0).message,
            "HTTP 200: the answer could not be read");
}

TEST(SmsApiTest, ProbesReadTheAccount) {
  SecretRedactor redactor;
  const auto probe = [&](Provider provider) {
    return *BuildSmsProbe(Settings(provider), "s3cret", &redactor);
  };
  const HttpCall twilio = probe(Provider::kTwilio);
  EXPECT_EQ(twilio.method, core::HttpMethod::kGet);
  EXPECT_EQ(twilio.url, "https://api.twilio.com/2010-04-01/Accounts/AC1.json");
  EXPECT_THAT(twilio.headers, ElementsAre(Pair("Accept", "application/json"),
                                          Pair("Authorization", "Basic QUMxOnMzY3JldA==")));
  const HttpCall plivo = probe(Provider::kPlivo);
  EXPECT_EQ(plivo.url, "https://api.plivo.com/v1/Account/AC1/");
  EXPECT_EQ(plivo.headers, twilio.headers);
  const HttpCall vonage = probe(Provider::kVonage);
  EXPECT_EQ(vonage.method, core::HttpMethod::kGet);
  EXPECT_EQ(vonage.url, "https://rest.nexmo.com/account/get-balance?api_key=AC1&api_secret=s3cret");
  EXPECT_EQ(vonage.body, "");
}

TEST(SmsApiTest, ProbesTellOfTheAccountOrWhyNot) {
  const std::vector<std::tuple<Provider, int, std::string, std::string>> cases = {
      {Provider::kTwilio, 200, R"({"sid":"AC1","friendly_name":"Acme","status":"active"})",
       "Twilio account Acme: active"},
      {Provider::kTwilio, 200, R"({"sid":"AC1"})", "Twilio account"},
      {Provider::kTwilio, 401, R"({"code":20003,"message":"Authenticate"})", "UNAUTHENTICATED"},
      {Provider::kTwilio, 404, R"({"code":20404,"message":"not found"})", "NOT_FOUND"},
      {Provider::kTwilio, 200, "<html>", "VALIDATION"},
      {Provider::kVonage, 200, R"({"value":3.5,"autoReload":false})",
       "Vonage account: balance 3.5"},
      {Provider::kVonage, 401, R"({"error-code":"401"})", "UNAUTHENTICATED"},
      {Provider::kVonage, 200, "{}", "VALIDATION"},
      {Provider::kPlivo, 200, R"({"auth_id":"AC1","name":"Acme","state":"active"})",
       "Plivo account Acme: active"},
      {Provider::kPlivo, 401, "Could not verify", "UNAUTHENTICATED"},
      {Provider::kPlivo, 403, R"({"error":"no"})", "FORBIDDEN"},
      {Provider::kPlivo, 500, "", "UNAVAILABLE"},
  };
  for (const auto& [provider, status, body, told] : cases) {
    const Delivery delivery = ReadSmsProbe(provider, Answer(status, body), 0);
    EXPECT_EQ(delivery.code.empty() ? delivery.id : delivery.code, told) << status << body;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
