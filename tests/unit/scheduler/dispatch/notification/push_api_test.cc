#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/notification/expo_api.h"
#include "scheduler/dispatch/notification/fcm_api.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using testing::ElementsAre;
using testing::Pair;

HttpAnswer Answer(int status, const std::string& body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

const core::PushMessage kPush{{"a", "b"}, "Title", "Body", {{"order", "17"}}};

TEST(ExpoApiTest, TheRequest) {
  const HttpCall call = BuildExpoCall({}, "t0ken", kPush, kPush.device_tokens);
  EXPECT_EQ(call.url, "https://exp.host/--/api/v2/push/send");
  EXPECT_THAT(call.headers, ElementsAre(Pair("Accept", "application/json"),
                                        Pair("Content-Type", "application/json"),
                                        Pair("Authorization", "Bearer t0ken")));
  EXPECT_EQ(call.body, R"([{"body":"Body","data":{"order":"17"},"title":"Title","to":["a","b"]}])");
  EXPECT_THAT(BuildExpoCall({}, "", kPush, kPush.device_tokens).headers, testing::SizeIs(2));
}

TEST(ExpoApiTest, EachDeviceHasItsTicket) {
  const std::vector<Delivery> deliveries = ReadExpoAnswer(
      kPush.device_tokens,
      Answer(200, R"({"data":[{"status":"ok","id":"E1"},{"status":"error","message":"gone",)"
                  R"("details":{"error":"DeviceNotRegistered"}}]})"),
      0);
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[0].id, "E1");
  EXPECT_EQ(deliveries[0].code, "");
  EXPECT_EQ(deliveries[1].to, "b");
  EXPECT_EQ(deliveries[1].code, failure::kNotFound);
  EXPECT_EQ(deliveries[1].message, "HTTP 200: DeviceNotRegistered: gone");
  const std::vector<std::string> one = {"a"};
  EXPECT_EQ(ReadExpoAnswer(one, Answer(200, R"({"data":{"status":"ok","id":"E1"}})"), 0)[0].id,
            "E1");
}

TEST(ExpoApiTest, RefusalsGiveTheirClass) {
  const std::tuple<int, const char*, std::string_view> table[] = {
      {200, R"({"data":[{"status":"error","details":{"error":"MessageTooBig"}}]})",
       failure::kValidation},
      {200, R"({"data":[{"status":"error","details":{"error":"MessageRateExceeded"}}]})",
       failure::kRateLimited},
      {200, R"({"data":[{"status":"error","details":{"error":"InvalidCredentials"}}]})",
       failure::kUnauthenticated},
      {200, R"({"data":[{"status":"error","details":{"error":"MismatchSenderId"}}]})",
       failure::kForbidden},
      {200, R"({"data":[{"status":"error"}]})", failure::kValidation},
      {200, R"({"data":[7]})", failure::kValidation},
      {200, R"({"data":[]})", failure::kValidation},
      {200, "x", failure::kValidation},
      {429, R"({"errors":[{"code":"TOO_MANY_REQUESTS","message":"m"}]})", failure::kRateLimited},
      {401, R"({"errors":[{"code":"UNAUTHORIZED","message":"m"}]})", failure::kUnauthenticated},
      {400, R"({"errors":[{"code":"NEW","message":"m"}]})", failure::kValidation},
      {502, "", failure::kUnavailable},
  };
  const std::vector<std::string> one = {"a"};
  for (const auto& [status, body, code] : table) {
    EXPECT_EQ(ReadExpoAnswer(one, Answer(status, body), 0).at(0).code, code) << body;
  }
}

TEST(FcmApiTest, TheRequest) {
  const HttpCall call = BuildFcmCall({}, "my-project", "t0ken", kPush, "a");
  EXPECT_EQ(call.url, "https://fcm.googleapis.com/v1/projects/my-project/messages:send");
  EXPECT_THAT(call.headers, ElementsAre(Pair("Authorization", "Bearer t0ken"),
                                        Pair("Content-Type", "application/json")));
  EXPECT_EQ(
      call.body,
      R"({"message":{"data":{"order":"17"},"notification":{"body":"Body","title":"Title"},"token":"a"}})");
}

std::string Error(const std::string& status, const std::string& code) {
  return R"({"error":{"status":")" + status +
         R"(","message":"m","details":[{"@type":"x"},{"errorCode":")" + code + R"("}]}})";
}

TEST(FcmApiTest, AnswersGiveTheirClass) {
  EXPECT_EQ(ReadFcmAnswer("a", Answer(200, R"({"name":"projects/p/messages/1"})"), 0).id,
            "projects/p/messages/1");
  const std::tuple<int, std::string, std::string_view> table[] = {
      {404, Error("NOT_FOUND", "UNREGISTERED"), failure::kNotFound},
      {400, Error("INVALID_ARGUMENT", "INVALID_ARGUMENT"), failure::kValidation},
      {403, Error("PERMISSION_DENIED", "SENDER_ID_MISMATCH"), failure::kForbidden},
      {429, Error("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), failure::kRateLimited},
      {503, Error("UNAVAILABLE", "UNAVAILABLE"), failure::kUnavailable},
      {500, Error("INTERNAL", "INTERNAL"), failure::kUnavailable},
      {401, Error("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), failure::kUnauthenticated},
      {401, R"({"error":{"status":"UNAUTHENTICATED","message":"m"}})", failure::kUnauthenticated},
      {200, "{}", failure::kValidation},
      {502, "x", failure::kUnavailable},
  };
  for (const auto& [status, body, code] : table) {
    EXPECT_EQ(ReadFcmAnswer("a", Answer(status, body), 0).code, code) << body;
  }
  EXPECT_EQ(ReadFcmAnswer("a", Answer(404, Error("NOT_FOUND", "UNREGISTERED")), 0).message,
            "HTTP 404: UNREGISTERED: m");
}

TEST(FcmApiTest, AnAccessTokenThatIsRefusedIsNotTheOneOfAnother) {
  EXPECT_TRUE(RefusesAccessToken(Answer(401, R"({"error":{"status":"UNAUTHENTICATED"}})")));
  EXPECT_FALSE(RefusesAccessToken(Answer(401, Error("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"))));
  EXPECT_FALSE(RefusesAccessToken(Answer(403, "")));
}

TEST(ExpoApiTest, TheProbeAsksForNoReceipts) {
  const HttpCall call = BuildExpoProbe({}, "t0ken");
  EXPECT_EQ(call.url, "https://exp.host/--/api/v2/push/getReceipts");
  EXPECT_EQ(call.body, R"({"ids":[]})");
  EXPECT_THAT(call.headers, testing::Contains(Pair("Authorization", "Bearer t0ken")));
  EXPECT_EQ(ReadExpoProbe(Answer(200, R"({"data":{}})"), 0).code, "");
  EXPECT_EQ(ReadExpoProbe(Answer(200, "{}"), 0).code, failure::kValidation);
  const Delivery refused =
      ReadExpoProbe(Answer(401, R"({"errors":[{"code":"UNAUTHORIZED","message":"no"}]})"), 0);
  EXPECT_EQ(refused.code, failure::kUnauthenticated);
  EXPECT_EQ(refused.message, "HTTP 401: UNAUTHORIZED: no");
  EXPECT_EQ(ReadExpoProbe(Answer(403, ""), 0).code, failure::kForbidden);
}

TEST(FcmApiTest, TheProbeHasAMessageChecked) {
  const HttpCall call = BuildFcmProbe({}, "p", "t0ken");
  EXPECT_EQ(call.url, "https://fcm.googleapis.com/v1/projects/p/messages:send");
  EXPECT_THAT(call.headers, testing::Contains(Pair("Authorization", "Bearer t0ken")));
  EXPECT_EQ(call.body,
            R"({"message":{"topic":"ductape-jobs-connection-test"},"validate_only":true})");
}

TEST(FcmApiTest, WhoMayNotSendFailsTheProbe) {
  const auto error = [](int status, const std::string& name) {
    return ReadFcmProbe(Answer(status, R"({"error":{"status":")" + name + R"(","message":"m"}})"),
                        0);
  };
  EXPECT_EQ(ReadFcmProbe(Answer(200, R"({"name":"projects/p/messages/fake"})"), 0).code, "");
  EXPECT_EQ(ReadFcmProbe(Answer(200, "<html>"), 0).code, failure::kValidation);
  EXPECT_EQ(error(403, "PERMISSION_DENIED").code, failure::kForbidden);
  EXPECT_EQ(error(401, "UNAUTHENTICATED").code, failure::kUnauthenticated);
  EXPECT_EQ(error(404, "NOT_FOUND").code, failure::kNotFound);
  EXPECT_EQ(error(503, "UNAVAILABLE").code, failure::kUnavailable);
  // What is said of the message is said to one who may send.
  EXPECT_EQ(error(400, "INVALID_ARGUMENT").code, "");
  EXPECT_EQ(error(400, "FAILED_PRECONDITION").code, failure::kValidation);
  EXPECT_EQ(ReadFcmProbe(Answer(400, "<html>"), 0).code, failure::kValidation);
}

}  // namespace
}  // namespace scheduler::dispatch
