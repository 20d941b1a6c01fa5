// Messages to SQS as moto plays it, and to servers that misbehave.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"
#include "tests/support/http_server.h"
#include "tests/support/sqs_server.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using support::CodeOf;
using support::Eventually;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using testing::HasSubstr;
using testing::Not;
using AnswerKind = HttpServerAnswer::Kind;

constexpr char kMayAll[] =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]})";
constexpr char kMayNothing[] =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:SendMessage","Resource":"*"}]})";

core::AwsSettings SettingsOf(const std::string& endpoint) {
  core::AwsSettings settings;
  settings.region = "eu-central-1";
  settings.access_key_id = "AKIDEXAMPLE";
  settings.secret_access_key = support::PlainSecret("the-secret-access-key");
  settings.endpoint = endpoint;
  return settings;
}

class SqsTest : public BrokerFixture {
 protected:
  void SetUp() override {
    if (!support::SqsServer::Available()) GTEST_SKIP() << "no moto";
    ASSERT_TRUE(server_.Start());
    settings_ = SettingsOf(server_.endpoint());
  }

  // The body, and the attributes' values by their names.
  static std::map<std::string, std::string> AttributesOf(const json& message) {
    std::map<std::string, std::string> attributes;
    const json given = message.value("MessageAttributes", json::object());
    for (const auto& [name, value] : given.items()) {
      EXPECT_EQ(value["DataType"], "String");
      attributes[name] = value["StringValue"];
    }
    return attributes;
  }

  support::SqsServer server_;
  core::AwsSettings settings_;
};

TEST_F(SqsTest, AQueueGetsTheBodyTheIdentityAndTheProperties) {
  const std::string url = server_.CreateQueue("orders");
  core::BrokerTarget target = To(Kind::kQueue, url);
  target.properties = {{"region", "eu"}, {"a.b_c-d", "1"}};
  core::ClaimedRun run = ClaimOf(target, settings_, 12);
  run.input_json = "{\"order\":17,\"text\":\"Grüße\"}";
  const AttemptResult result = Begin(run)->Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  const json messages = server_.Messages(url);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(json::parse(OutputOf(result)), json({{"message_id", messages[0]["MessageId"]}}));
  EXPECT_EQ(messages[0]["Body"], run.input_json);
  std::map<std::string, std::string> expected = IdentityOf(run, /*metadata=*/true);
  const std::string trace = expected["traceparent"];
  expected.erase("traceparent");
  expected["region"] = "eu";
  expected["a.b_c-d"] = "1";
  EXPECT_EQ(AttributesOf(messages[0]), expected);
  EXPECT_EQ(messages[0]["Attributes"]["AWSTraceHeader"],
            "Root=1-" + trace.substr(3, 8) + "-" + trace.substr(11, 24) +
                ";Parent=" + trace.substr(36, 16) + ";Sampled=" + trace.back());
}

TEST_F(SqsTest, AFifoQueueHasGroupsAndDropsWhatItHas) {
  const std::string url = server_.CreateQueue("orders.fifo");
  core::BrokerTarget target = To(Kind::kDefault, "orders.fifo", R"({"n":1})");
  target.key = "customer-7";
  const AttemptResult result = Run(target, settings_);
  ASSERT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  EXPECT_NE(json::parse(OutputOf(result)).value("sequence_number", ""), "");
  // The same run again: a retry whose first attempt was taken.
  EXPECT_EQ(CodeOf(Run(target, settings_)), "COMPLETED");
  EXPECT_EQ(CodeOf(Run(target, settings_, 2)), "COMPLETED");
  const json messages = server_.Messages(url);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0]["Attributes"]["MessageGroupId"], "customer-7");
  EXPECT_EQ(messages[0]["Attributes"]["MessageDeduplicationId"],
            core::FormatRunId(ClaimOf(target, settings_).key));
  target.key.clear();
  EXPECT_EQ(CodeOf(Run(target, settings_)), "VALIDATION");
  // Fair queues know groups, too.
  const std::string fair = server_.CreateQueue("fair");
  target = To(Kind::kDefault, "fair");
  target.key = "tenant";
  EXPECT_EQ(CodeOf(Run(target, settings_)), "COMPLETED");
  EXPECT_EQ(server_.Messages(fair)[0]["Attributes"]["MessageGroupId"], "tenant");
}

TEST_F(SqsTest, AQueueThatIsMadeAnewIsFoundByItsName) {
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "NOT_FOUND");
  const std::string url = server_.CreateQueue("orders");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "COMPLETED");
  server_.Call("DeleteQueue", {{"QueueUrl", url}});
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "NOT_FOUND");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, url), settings_)), "NOT_FOUND");
  server_.CreateQueue("orders");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "COMPLETED");
}

TEST_F(SqsTest, SignaturesAreCheckedAndPoliciesHeld) {
  const std::string url = server_.CreateQueue("orders");
  const support::SqsServer::AccessKey key = server_.RequireSignatures(kMayAll);
  ASSERT_NE(key.secret, "");
  settings_.access_key_id = key.id;
  settings_.secret_access_key = support::PlainSecret(key.secret);
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, url), settings_)), "COMPLETED");
  // moto says SignatureDoesNotMatch in XML, so that the status alone tells.
  settings_.secret_access_key = support::PlainSecret("another-secret-access-key");
  const AttemptResult wrong = Run(To(Kind::kQueue, url), settings_);
  EXPECT_EQ(CodeOf(wrong), "FORBIDDEN");
  EXPECT_THAT(MessageOf(wrong), HasSubstr("SignatureDoesNotMatch"));
  EXPECT_THAT(MessageOf(wrong), Not(HasSubstr("another-secret-access-key")));
  server_.RequireNone();
  const support::SqsServer::AccessKey limited = server_.RequireSignatures(kMayNothing);
  settings_.access_key_id = limited.id;
  settings_.secret_access_key = support::PlainSecret(limited.secret);
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, url), settings_)), "FORBIDDEN");
}

TEST_F(SqsTest, AServerThatIsKilledAndComesBackIsUsedAgain) {
  server_.CreateQueue("orders");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_)), "COMPLETED");
  server_.Kill();
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_, 2)), "CONNECTION");
  ASSERT_TRUE(server_.Start());
  // It has lost its queues.
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_, 3)), "NOT_FOUND");
  server_.CreateQueue("orders");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, "orders"), settings_, 4)), "COMPLETED");
}

TEST_F(SqsTest, AServerThatHangsTimesOutAndGoesOnLater) {
  const std::string url = server_.CreateQueue("orders");
  server_.Pause();
  core::ClaimedRun run = ClaimOf(To(Kind::kQueue, url), settings_, 2);
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Begin(run)->Wait()), "TIMEOUT");
  const auto waiting = Begin(ClaimOf(To(Kind::kQueue, url), settings_, 3));
  server_.Resume();
  EXPECT_EQ(CodeOf(waiting->Wait()), "COMPLETED");
}

TEST_F(SqsTest, ManyAtOnceAllArrive) {
  const std::string url = server_.CreateQueue("orders");
  std::vector<std::unique_ptr<support::Attempt>> attempts;
  for (int i = 1; i <= 300; ++i) {
    attempts.push_back(Begin(ClaimOf(To(Kind::kQueue, "orders"), settings_, i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  const json counted =
      server_.Call("GetQueueAttributes",
                   {{"QueueUrl", url}, {"AttributeNames", {"ApproximateNumberOfMessages"}}});
  EXPECT_EQ(counted["Attributes"]["ApproximateNumberOfMessages"], "300");
}

// What moto never does.
class SqsFaultsTest : public BrokerFixture {
 protected:
  AttemptResult RunWith(const HttpServerAnswer& answer, const std::string& destination = kUrl) {
    support::HttpServer server([answer](const HttpServerRequest& /*request*/) { return answer; });
    return Run(To(Kind::kQueue, destination), SettingsOf(server.url("")));
  }
  static HttpServerAnswer Refusal(int status, const std::string& type) {
    HttpServerAnswer answer;
    answer.status = status;
    answer.body = json({{"__type", "com.amazonaws.sqs#" + type}, {"message", "the reason"}}).dump();
    return answer;
  }

  static constexpr char kUrl[] = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
};

TEST_F(SqsFaultsTest, RefusalsHaveTheirClasses) {
  const std::pair<HttpServerAnswer, std::string> cases[] = {
      {Refusal(400, "QueueDoesNotExist"), "NOT_FOUND"},
      {Refusal(403, "RequestThrottled"), "RATE_LIMITED"},
      {Refusal(400, "InvalidMessageContents"), "VALIDATION"},
      {Refusal(403, "UnrecognizedClientException"), "UNAUTHENTICATED"},
      {Refusal(403, "InvalidClientTokenId"), "UNAUTHENTICATED"},
      {Refusal(403, "ExpiredTokenException"), "UNAUTHENTICATED"},
      {Refusal(400, "AccessDeniedException"), "FORBIDDEN"},
      {Refusal(503, "ServiceUnavailable"), "UNAVAILABLE"},
  };
  for (const auto& [answer, code] : cases) {
    for (const std::string destination : {kUrl, "orders"}) {
      const AttemptResult result = RunWith(answer, destination);
      EXPECT_EQ(CodeOf(result), code) << answer.body;
      EXPECT_THAT(MessageOf(result), HasSubstr("the reason"));
      EXPECT_EQ(result.error->status, answer.status);
    }
  }
}

TEST_F(SqsFaultsTest, AnAnswerThatDoesNotAcknowledgeCompletesNothing) {
  HttpServerAnswer answer;
  for (const std::string body :
       {R"({"MessageId":"1","MD5OfMessageBody":"00000000000000000000000000000000"})",
        R"({"MessageId":"1"})", R"({"MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"})", "{}",
        "", "<html>", "[]"}) {
    answer.body = body;
    EXPECT_EQ(CodeOf(RunWith(answer)), "UNAVAILABLE") << body;
  }
  answer.body = R"({"MessageId":"1","MD5OfMessageBody":"99914B932BD37A50B983C5E7C90AE93B"})";
  EXPECT_EQ(CodeOf(RunWith(answer)), "COMPLETED");
  EXPECT_EQ(CodeOf(RunWith(answer, "orders")), "UNAVAILABLE");
}

TEST_F(SqsFaultsTest, BrokenAndOversizeAnswersHaveTheirClasses) {
  HttpServerAnswer answer;
  answer.body = "{}";
  const std::pair<AnswerKind, std::string> cases[] = {{AnswerKind::kReset, "CONNECTION"},
                                                      {AnswerKind::kClose, "CONNECTION"},
                                                      {AnswerKind::kCloseInBody, "CONNECTION"},
                                                      {AnswerKind::kEndless, "UNAVAILABLE"}};
  for (const auto& [kind, code] : cases) {
    answer.kind = kind;
    EXPECT_EQ(CodeOf(RunWith(answer)), code) << static_cast<int>(kind);
  }
}

TEST_F(SqsFaultsTest, ARedirectToAMetadataServiceIsNotFollowed) {
  HttpServerAnswer answer;
  answer.status = 307;
  answer.headers = {{"Location", "http://169.254.169.254/latest/meta-data/"}};
  EXPECT_EQ(CodeOf(RunWith(answer)), "VALIDATION");
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, kUrl), SettingsOf("http://169.254.169.254"))),
            "EGRESS_DENIED");
  // The host of a queue's URL is nobody's to dial.
  support::HttpServer server([](const HttpServerRequest& /*request*/) {
    HttpServerAnswer taken;
    taken.body = R"({"MessageId":"1","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"})";
    return taken;
  });
  EXPECT_EQ(
      CodeOf(Run(To(Kind::kQueue, "http://169.254.169.254/1/orders"), SettingsOf(server.url("")))),
      "COMPLETED");
}

TEST_F(SqsFaultsTest, ManyAtOnceAskForTheUrlOnce) {
  std::atomic<int> asked{0};
  support::HttpServer server([&asked](const HttpServerRequest& request) {
    HttpServerAnswer answer;
    if (request.Header("x-amz-target") == "AmazonSQS.GetQueueUrl") {
      ++asked;
      answer.body = json({{"QueueUrl", kUrl}}).dump();
    } else {
      EXPECT_EQ(json::parse(request.body)["QueueUrl"], kUrl);
      answer.body = R"({"MessageId":"1","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"})";
    }
    return answer;
  });
  std::vector<std::unique_ptr<support::Attempt>> attempts;
  for (int i = 1; i <= 200; ++i) {
    attempts.push_back(Begin(ClaimOf(To(Kind::kQueue, "orders"), SettingsOf(server.url("")), i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(asked, 1);
}

TEST_F(SqsFaultsTest, TestsOfConnectionsDropNoUrlsOfRuns) {
  std::atomic<int> asked{0};
  support::HttpServer server([&asked](const HttpServerRequest& request) {
    HttpServerAnswer answer;
    const std::string method = request.Header("x-amz-target");
    if (method == "AmazonSQS.GetQueueUrl") {
      ++asked;
      answer.body = json({{"QueueUrl", kUrl}}).dump();
    } else if (method == "AmazonSQS.ListQueues") {
      answer.body = "{}";
    } else {
      answer.body = R"({"MessageId":"1","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"})";
    }
    return answer;
  });
  BrokerOptions options = Options();
  options.max_connections = 4;
  BrokerExecutor executor(options, &egress_, &clock_, &secrets_);
  const core::AwsSettings settings = SettingsOf(server.url(""));
  for (int round = 0; round < 2; ++round) {
    core::ClaimedRun run = ClaimOf(To(Kind::kQueue, "orders"), settings);
    run.connections = {support::ConnectionOf("broker", settings)};
    EXPECT_EQ(CodeOf(support::Attempt(&executor, run).Wait()), "COMPLETED");
    for (int i = 0; i < 10; ++i) {
      core::ClaimedRun probe = ProbeOf(settings);
      probe.connections = {support::ConnectionOf("broker", settings, 2 + round * 10 + i)};
      EXPECT_EQ(CodeOf(support::Attempt(&executor, probe).Wait()), "COMPLETED");
    }
  }
  EXPECT_EQ(asked, 1);
}

TEST_F(SqsFaultsTest, AnEndpointThatHangsHoldsNobodyElsesMessages) {
  support::HttpServer hanging([](const HttpServerRequest& /*request*/) {
    HttpServerAnswer answer;
    answer.kind = AnswerKind::kHang;
    return answer;
  });
  support::HttpServer works([](const HttpServerRequest& /*request*/) {
    HttpServerAnswer taken;
    taken.body = R"({"MessageId":"1","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"})";
    return taken;
  });
  std::vector<std::unique_ptr<support::Attempt>> held;
  for (int i = 1; i <= 500; ++i) {
    held.push_back(Begin(ClaimOf(To(Kind::kQueue, kUrl), SettingsOf(hanging.url("")), i)));
  }
  ASSERT_TRUE(Eventually([&] { return hanging.request_count() == 64u; }));
  EXPECT_EQ(CodeOf(Run(To(Kind::kQueue, kUrl), SettingsOf(works.url("")), 501)), "COMPLETED");
  EXPECT_EQ(hanging.request_count(), 64u);
  for (const auto& attempt : held) executor_.Cancel(attempt->ref());
  for (const auto& attempt : held) EXPECT_EQ(CodeOf(attempt->Wait()), "CANCELLED");
}

}  // namespace
}  // namespace scheduler::dispatch
