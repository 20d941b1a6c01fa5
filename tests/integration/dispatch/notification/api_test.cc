#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/support/http_server.h"
#include "tests/support/notifications.h"
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using nlohmann::json;
using support::Attempt;
using support::CodeOf;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using testing::HasSubstr;

HttpServerAnswer Reply(int status, const std::string& body) {
  HttpServerAnswer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

// The services, played by a local server that keeps what it was asked.
class ApiTest : public testing::Test {
 protected:
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

  core::SmsSettings Sms(core::SmsSettings::Provider provider) const {
    core::SmsSettings settings;
    settings.provider = provider;
    settings.account = "AC1";
    settings.secret = support::SecretOf("s3cret-of-sms");
    settings.from = "+15005550006";
    settings.endpoint = endpoint();
    return settings;
  }
  core::PushSettings Expo() const {
    core::PushSettings settings;
    settings.access_token = support::SecretOf("expo-t0ken");
    settings.endpoint = endpoint();
    return settings;
  }
  core::PushSettings Fcm() {
    if (key_.empty()) key_ = NewKey();
    const json file = {{"project_id", "my-project"},
                       {"private_key_id", "k1"},
                       {"private_key", key_},
                       {"client_email", "svc@my-project.example"},
                       {"token_uri", endpoint() + "/token"}};
    core::PushSettings settings;
    settings.provider = core::PushSettings::Provider::kFcm;
    settings.service_account = support::SecretOf(file.dump());
    settings.endpoint = endpoint();
    return settings;
  }
  static std::string NewKey() {
    EVP_PKEY* const key = EVP_RSA_gen(2048);
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<size_t>(size));
    BIO_free(bio);
    EVP_PKEY_free(key);
    return pem;
  }

  core::ClaimedRun RunOf(
      core::Settings settings,
      std::variant<core::EmailMessage, core::PushMessage, core::SmsMessage, core::HttpTarget>
          message,
      int64_t number = 1) {
    core::ClaimedRun run = support::NotificationOf({{"c", std::move(message)}}, number);
    run.connections = {support::ConnectionOf("c", std::move(settings))};
    return run;
  }
  AttemptResult Send(const core::SmsSettings& settings,
                     std::vector<std::string> to = {"+4915123456789"}) {
    return Attempt(&executor_, RunOf(settings, core::SmsMessage{"", std::move(to), "Grüße"}))
        .Wait();
  }
  AttemptResult Push(const core::PushSettings& settings, std::vector<std::string> devices = {"a"}) {
    return Attempt(&executor_,
                   RunOf(settings, core::PushMessage{std::move(devices), "T", "B", {{"k", "v"}}}))
        .Wait();
  }
  core::ClaimedRun ProbeOf(const core::Settings& settings, base::Millis timeout = 20'000) {
    const bool sms = std::holds_alternative<core::SmsSettings>(settings);
    core::ClaimedRun run =
        sms ? RunOf(settings, core::SmsMessage()) : RunOf(settings, core::PushMessage());
    run.probe = true;
    run.attempt_timeout = timeout;
    return run;
  }
  AttemptResult Probe(const core::Settings& settings, base::Millis timeout = 20'000) {
    return Attempt(&executor_, ProbeOf(settings, timeout)).Wait();
  }
  static json ChannelOf(const AttemptResult& result) {
    return json::parse(result.output->output)["channels"][0];
  }

  std::function<HttpServerAnswer(const HttpServerRequest&)> answer_;
  std::string key_;
  base::SystemClock clock_;
  support::NamedSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  support::HttpServer server_{
      [this](const HttpServerRequest& request) { return answer_(request); }};
  NotificationExecutor executor_{NotificationOptions(), &egress_, &clock_, &secrets_, nullptr};
};

TEST_F(ApiTest, TwilioGetsWhatItDocuments) {
  answer_ = [](const auto&) { return Reply(201, R"({"sid":"SM1"})"); };
  const AttemptResult result = Send(Sms(core::SmsSettings::Provider::kTwilio));
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(result.output->output, R"({"channels":[{"id":"SM1","kind":"sms","status":"sent"}]})");
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/2010-04-01/Accounts/AC1/Messages.json");
  EXPECT_EQ(request.Header("authorization"), "Basic QUMxOnMzY3JldC1vZi1zbXM=");
  EXPECT_EQ(request.Header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.body, "To=%2B4915123456789&From=%2B15005550006&Body=Gr%C3%BC%C3%9Fe");
}

TEST_F(ApiTest, VonageGetsWhatItDocuments) {
  answer_ = [](const auto&) {
    return Reply(200, R"({"messages":[{"status":"0","message-id":"V1"}]})");
  };
  core::ClaimedRun run = RunOf(Sms(core::SmsSettings::Provider::kVonage),
                               core::SmsMessage{"Ductape", {"+4915123456789"}, "Hi"});
  const std::string id = core::FormatRunId(run.key);
  ASSERT_EQ(CodeOf(Attempt(&executor_, run).Wait()), "COMPLETED");
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.target, "/sms/json");
  EXPECT_EQ(request.body,
            "api_key=AC1&api_secret=s3cret-of-sms&from=Ductape&to=4915123456789&text=Hi&type=text&"
            "client-ref=" +
                id);
}

TEST_F(ApiTest, PlivoGetsWhatItDocuments) {
  answer_ = [](const auto&) { return Reply(202, R"({"message_uuid":["P1"]})"); };
  const AttemptResult result = Send(Sms(core::SmsSettings::Provider::kPlivo));
  EXPECT_EQ(ChannelOf(result)["id"], "P1");
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.target, "/v1/Account/AC1/Message/");
  EXPECT_EQ(request.Header("authorization"), "Basic QUMxOnMzY3JldC1vZi1zbXM=");
  EXPECT_EQ(request.body, R"({"dst":"+4915123456789","src":"+15005550006","text":"Grüße"})");
}

TEST_F(ApiTest, EachRecipientIsAMessageOfItsOwn) {
  answer_ = [](const HttpServerRequest& request) {
    const bool bad = request.body.find("111") != std::string::npos;
    return bad ? Reply(400, R"({"code":21211,"message":"invalid"})")
               : Reply(201, R"({"sid":"SM1"})");
  };
  core::ClaimedRun run = RunOf(Sms(core::SmsSettings::Provider::kTwilio),
                               core::SmsMessage{"", {"+4915123456789", "+4911111111"}, "Hi"});
  const std::string id = core::FormatRunId(run.key);
  const AttemptResult result = Attempt(&executor_, run).Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(ChannelOf(result)["sent"], 1);
  EXPECT_EQ(ChannelOf(result)["failures"][0]["code"], failure::kNotFound);
  std::vector<std::string> keys;
  for (const HttpServerRequest& request : server_.requests())
    keys.push_back(request.Header("idempotency-key"));
  EXPECT_THAT(keys, testing::UnorderedElementsAre(id, id + ".1"));
}

TEST_F(ApiTest, FailuresGiveTheirClassAndSecretsAreTakenOut) {
  answer_ = [](const auto&) {
    HttpServerAnswer answer =
        Reply(429, R"({"code":20429,"message":"AC1:s3cret-of-sms QUMxOnMzY3JldC1vZi1zbXM="})");
    answer.headers = {{"Retry-After", "3"}};
    return answer;
  };
  const AttemptResult result = Send(Sms(core::SmsSettings::Provider::kTwilio));
  EXPECT_EQ(CodeOf(result), failure::kRateLimited);
  EXPECT_EQ(result.error->message, "sms: RATE_LIMITED: HTTP 429: 20429 AC1:[redacted] [redacted]");
  EXPECT_EQ(result.error->status, 429);
  EXPECT_EQ(result.retry_after, 3000);
  EXPECT_EQ(result.output->output.find("s3cret"), std::string::npos);
}

TEST_F(ApiTest, AServiceThatMisbehaves) {
  const core::SmsSettings settings = Sms(core::SmsSettings::Provider::kTwilio);
  answer_ = [](const auto&) {
    return HttpServerAnswer{HttpServerAnswer::Kind::kReset, 0, {}, "", 0};
  };
  EXPECT_EQ(CodeOf(Send(settings)), failure::kConnection);
  answer_ = [](const auto&) {
    return HttpServerAnswer{HttpServerAnswer::Kind::kHang, 0, {}, "", 0};
  };
  core::ClaimedRun run = RunOf(settings, core::SmsMessage{"", {"+4915123456789"}, "Hi"});
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), failure::kTimeout);
  Attempt cancelled(&executor_, RunOf(settings, core::SmsMessage{"", {"+4915123456789"}, "Hi"}, 2));
  executor_.Cancel(cancelled.ref());
  EXPECT_EQ(CodeOf(cancelled.Wait()), "CANCELLED");
  core::SmsSettings elsewhere = settings;
  elsewhere.endpoint = "http://169.254.169.254";
  EXPECT_EQ(CodeOf(Send(elsewhere)), failure::kEgressDenied);
  EXPECT_EQ(CodeOf(Send(settings, {"0151"})), failure::kValidation);
  Attempt last(&executor_, RunOf(settings, core::SmsMessage{"", {"+4915123456789"}, "Hi"}, 3));
  executor_.Shutdown();
  EXPECT_EQ(CodeOf(last.Wait()), "CANCELLED");
}

TEST_F(ApiTest, ExpoGetsWhatItDocumentsInBatches) {
  answer_ = [](const HttpServerRequest& request) {
    json tickets = json::array();
    const json body = json::parse(request.body);
    for (const json& to : body[0]["to"]) {
      tickets.push_back({{"status", "ok"}, {"id", "E-" + to.get<std::string>()}});
    }
    return Reply(200, json::object({{"data", tickets}}).dump());
  };
  std::vector<std::string> devices;
  devices.reserve(250);
  for (int i = 0; i < 250; ++i) devices.push_back("ExponentPushToken[" + std::to_string(i) + "]");
  const AttemptResult result = Push(Expo(), devices);
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(ChannelOf(result)["sent"], 250);
  EXPECT_EQ(ChannelOf(result)["id"], "E-ExponentPushToken[0]");
  EXPECT_EQ(server_.request_count(), 3U);
  const AttemptResult one = Push(Expo(), {"ExponentPushToken[x]"});
  EXPECT_EQ(CodeOf(one), "COMPLETED");
  const HttpServerRequest request = server_.requests().back();
  EXPECT_EQ(request.target, "/--/api/v2/push/send");
  EXPECT_EQ(request.Header("authorization"), "Bearer expo-t0ken");
  EXPECT_EQ(request.body,
            R"([{"body":"B","data":{"k":"v"},"title":"T","to":["ExponentPushToken[x]"]}])");
}

TEST_F(ApiTest, FcmGetsWhatItDocumentsWithOneTokenForAll) {
  answer_ = [](const HttpServerRequest& request) {
    if (request.target == "/token")
      return Reply(200, R"({"access_token":"fcm-access","expires_in":3599})");
    return Reply(200, R"({"name":"projects/my-project/messages/1"})");
  };
  EXPECT_EQ(CodeOf(Push(Fcm(), {"a"})), "COMPLETED");
  const AttemptResult result = Push(Fcm(), {"b", "c"});
  EXPECT_EQ(ChannelOf(result)["sent"], 2);
  EXPECT_EQ(ChannelOf(result)["id"], "projects/my-project/messages/1");
  const std::vector<HttpServerRequest> requests = server_.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(requests[0].target, "/token");
  EXPECT_THAT(requests[0].body,
              testing::StartsWith(
                  "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="));
  EXPECT_EQ(requests[1].target, "/v1/projects/my-project/messages:send");
  EXPECT_EQ(requests[1].Header("authorization"), "Bearer fcm-access");
  EXPECT_EQ(
      requests[1].body,
      R"({"message":{"data":{"k":"v"},"notification":{"body":"B","title":"T"},"token":"a"}})");
}

TEST_F(ApiTest, AnAccessTokenThatIsRefusedIsReplacedOnce) {
  std::atomic<int> tokens{0};
  std::atomic<bool> refuse_all{false};
  answer_ = [&](const HttpServerRequest& request) {
    if (request.target == "/token") {
      return Reply(200, R"({"access_token":"access-)" + std::to_string(++tokens) +
                            R"(","expires_in":3599})");
    }
    const bool good = request.Header("authorization") == "Bearer access-2" && !refuse_all;
    return good ? Reply(200, R"({"name":"n"})")
                : Reply(401, R"({"error":{"status":"UNAUTHENTICATED","message":"m"}})");
  };
  EXPECT_EQ(CodeOf(Push(Fcm(), {"a", "b"})), "COMPLETED");
  EXPECT_EQ(tokens, 2);
  refuse_all = true;
  EXPECT_EQ(CodeOf(Push(Fcm(), {"a"})), failure::kUnauthenticated);
  EXPECT_EQ(tokens, 3);
}

TEST_F(ApiTest, WithoutAnAccessTokenNothingIsSent) {
  answer_ = [](const auto&) {
    return Reply(400, R"({"error":"invalid_grant","error_description":"no"})");
  };
  const AttemptResult result = Push(Fcm(), {"a", "b"});
  EXPECT_EQ(CodeOf(result), failure::kUnauthenticated);
  EXPECT_EQ(result.error->message,
            "push: UNAUTHENTICATED: access token: HTTP 400: invalid_grant: no");
  EXPECT_EQ(server_.request_count(), 1U);
  core::PushSettings settings = Fcm();
  settings.service_account = support::SecretOf("nonsense");
  EXPECT_EQ(CodeOf(Push(settings)), failure::kSecretUnavailable);
}

TEST_F(ApiTest, ADeviceThatIsGoneIsNotFound) {
  answer_ = [](const HttpServerRequest& request) {
    if (request.target == "/token")
      return Reply(200, R"({"access_token":"t-access","expires_in":3599})");
    return Reply(
        404,
        R"({"error":{"status":"NOT_FOUND","message":"t-access","details":[{"errorCode":"UNREGISTERED"}]}})");
  };
  const AttemptResult result = Push(Fcm());
  EXPECT_EQ(CodeOf(result), failure::kNotFound);
  EXPECT_EQ(result.error->message, "push: NOT_FOUND: HTTP 404: UNREGISTERED: [redacted]");
}

TEST_F(ApiTest, SmsProbesReadTheAccount) {
  using Provider = core::SmsSettings::Provider;
  const std::tuple<Provider, std::string, std::string, std::string> table[] = {
      {Provider::kTwilio, "/2010-04-01/Accounts/AC1.json",
       R"({"sid":"AC1","friendly_name":"s3cret-of-sms","status":"active"})",
       "Twilio account [redacted]: active"},
      {Provider::kVonage, "/account/get-balance?api_key=AC1&api_secret=s3cret-of-sms",
       R"({"value":3.5,"autoReload":false})", "Vonage account: balance 3.5"},
      {Provider::kPlivo, "/v1/Account/AC1/", R"({"auth_id":"AC1","name":"Acme","state":"active"})",
       "Plivo account Acme: active"},
  };
  for (const auto& [provider, target, body, output] : table) {
    answer_ = [&body = body](const auto&) { return Reply(200, body); };
    const AttemptResult result = Probe(Sms(provider));
    ASSERT_EQ(CodeOf(result), "COMPLETED") << target;
    EXPECT_EQ(result.output->output, output);
    const HttpServerRequest request = server_.requests().back();
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, target);
    EXPECT_EQ(request.body, "");
    EXPECT_EQ(request.Header("authorization"),
              provider == Provider::kVonage ? "" : "Basic QUMxOnMzY3JldC1vZi1zbXM=");
    answer_ = [](const auto&) { return Reply(401, "s3cret-of-sms"); };
    const AttemptResult refused = Probe(Sms(provider));
    EXPECT_EQ(CodeOf(refused), failure::kUnauthenticated);
    EXPECT_EQ(refused.error->message, "HTTP 401: [redacted]");
    EXPECT_EQ(refused.error->status, 401);
  }
  EXPECT_EQ(server_.request_count(), 6U);
}

TEST_F(ApiTest, ExposProbeAsksForNoReceipts) {
  answer_ = [](const auto&) { return Reply(200, R"({"data":{}})"); };
  EXPECT_EQ(CodeOf(Probe(Expo())), "COMPLETED");
  const HttpServerRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/--/api/v2/push/getReceipts");
  EXPECT_EQ(request.Header("authorization"), "Bearer expo-t0ken");
  EXPECT_EQ(request.Header("content-type"), "application/json");
  EXPECT_EQ(request.body, R"({"ids":[]})");
  answer_ = [](const auto&) {
    return Reply(401, R"({"errors":[{"code":"UNAUTHORIZED","message":"expo-t0ken"}]})");
  };
  const AttemptResult refused = Probe(Expo());
  EXPECT_EQ(CodeOf(refused), failure::kUnauthenticated);
  EXPECT_EQ(refused.error->message, "HTTP 401: UNAUTHORIZED: [redacted]");
}

TEST_F(ApiTest, FcmsProbeHasATokenOfItsOwnAndAMessageChecked) {
  std::atomic<int> tokens{0};
  std::atomic<int> status{200};
  answer_ = [&](const HttpServerRequest& request) {
    if (request.target == "/token") {
      return Reply(200, R"({"access_token":"access-)" + std::to_string(++tokens) +
                            R"(","expires_in":3599})");
    }
    return status == 200
               ? Reply(200, R"({"name":"projects/my-project/messages/fake"})")
               : Reply(status, R"({"error":{"status":"PERMISSION_DENIED","message":"no"}})");
  };
  EXPECT_EQ(CodeOf(Push(Fcm())), "COMPLETED");
  const AttemptResult result = Probe(Fcm());
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(tokens, 2);
  const HttpServerRequest request = server_.requests().back();
  EXPECT_EQ(request.target, "/v1/projects/my-project/messages:send");
  EXPECT_EQ(request.Header("authorization"), "Bearer access-2");
  EXPECT_EQ(request.body,
            R"({"message":{"topic":"ductape-jobs-connection-test"},"validate_only":true})");
  status = 403;
  EXPECT_EQ(CodeOf(Probe(Fcm())), failure::kForbidden);
  status = 401;
  EXPECT_EQ(CodeOf(Probe(Fcm())), failure::kUnauthenticated);
  answer_ = [](const auto&) { return Reply(400, R"({"error":"invalid_grant"})"); };
  EXPECT_EQ(CodeOf(Probe(Fcm())), failure::kUnauthenticated);
  core::PushSettings settings = Fcm();
  settings.service_account = support::SecretOf("nonsense");
  EXPECT_EQ(CodeOf(Probe(settings)), failure::kSecretUnavailable);
}

TEST_F(ApiTest, ProbesOfServicesThatMisbehave) {
  answer_ = [](const auto&) {
    return HttpServerAnswer{HttpServerAnswer::Kind::kHang, 0, {}, "", 0};
  };
  core::PushSettings nobody = Expo();
  nobody.endpoint = "http://127.0.0.1:" + std::to_string(support::UnusedPort());
  EXPECT_EQ(CodeOf(Probe(nobody)), failure::kConnection);
  nobody.endpoint = "http://169.254.169.254";
  EXPECT_EQ(CodeOf(Probe(nobody)), failure::kEgressDenied);
  for (const core::Settings& settings :
       {core::Settings(Expo()), core::Settings(Fcm()),
        core::Settings(Sms(core::SmsSettings::Provider::kTwilio))}) {
    EXPECT_EQ(CodeOf(Probe(settings, 200)), failure::kTimeout);
    Attempt cancelled(&executor_, ProbeOf(settings));
    executor_.Cancel(cancelled.ref());
    EXPECT_EQ(CodeOf(cancelled.Wait()), "CANCELLED");
  }
  Attempt last(&executor_, ProbeOf(Expo()));
  executor_.Shutdown();
  EXPECT_EQ(CodeOf(last.Wait()), "CANCELLED");
}

TEST_F(ApiTest, SecretsOfTheConnectionAreSentAndNotShown) {
  answer_ = [](const HttpServerRequest& request) { return Reply(400, request.body); };
  core::SmsSettings sms = Sms(core::SmsSettings::Provider::kTwilio);
  sms.secrets = {{"code", support::SecretOf("47 11&x")}};
  const AttemptResult result =
      Attempt(&executor_,
              RunOf(sms, core::SmsMessage{"", {"+4915123456789"}, "Code {{secrets.code}}"}))
          .Wait();
  EXPECT_EQ(server_.requests().at(0).body,
            "To=%2B4915123456789&From=%2B15005550006&Body=Code%2047%2011%26x");
  EXPECT_EQ(result.error->message.find("11%26x"), std::string::npos) << result.error->message;
  EXPECT_THAT(result.error->message, HasSubstr("[redacted]"));
  core::PushSettings push = Expo();
  push.secrets = {{"code", support::SecretOf("the-code")}};
  Attempt(&executor_,
          RunOf(push,
                core::PushMessage{
                    {"a"}, "{{secrets.code}}", "{{secrets.code}}", {{"k", "{{secrets.code}}"}}}))
      .Wait();
  EXPECT_EQ(server_.requests().at(1).body,
            R"([{"body":"the-code","data":{"k":"the-code"},"title":"the-code","to":["a"]}])");
  for (const core::PushMessage& message : {core::PushMessage{{"{{secrets.code}}"}, "T", "", {}},
                                           core::PushMessage{{"a"}, "{{secrets.other}}", "", {}}}) {
    EXPECT_EQ(CodeOf(Attempt(&executor_, RunOf(push, message)).Wait()), failure::kValidation);
  }
  EXPECT_EQ(server_.request_count(), 2U);
}

TEST_F(ApiTest, TwoOfOneRunAndTokenEndEachByItself) {
  answer_ = [](const auto&) {
    return HttpServerAnswer{HttpServerAnswer::Kind::kHang, 0, {}, "", 0};
  };
  Attempt late(&executor_, ProbeOf(Expo()));
  Attempt soon(&executor_, ProbeOf(Expo(), 200));
  EXPECT_EQ(CodeOf(soon.Wait()), failure::kTimeout);
  Attempt other(&executor_, ProbeOf(Expo()));
  executor_.Cancel(late.ref());
  EXPECT_EQ(CodeOf(late.Wait()), "CANCELLED");
  EXPECT_EQ(CodeOf(other.Wait()), "CANCELLED");
}

}  // namespace
}  // namespace scheduler::dispatch
