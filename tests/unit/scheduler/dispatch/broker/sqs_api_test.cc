#include "scheduler/dispatch/broker/sqs_api.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "scheduler/dispatch/delivery_fields.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;

// 2015-08-30T12:36:00Z
constexpr base::Millis kNow = 1'440'938'160'000;

BrokerMessage Message(const std::string& destination = "orders") {
  auto account = std::make_shared<BrokerAccount>();
  core::AwsSettings settings;
  settings.region = "eu-central-1";
  settings.access_key_id = "AKID";
  account->settings = settings;
  account->secrets.emplace("secret_access_key", base::SecretText("secret"));
  core::ClaimedRun run;
  run.key = {7, 3};
  run.product = "default";
  run.job_tag = "nightly";
  BrokerMessage message;
  message.destination = destination;
  message.body = "{}";
  message.identity = DeliveryFieldsOf(run);
  message.account = std::move(account);
  return message;
}

std::string FaultOf(const BrokerMessage& message) {
  const std::string text(CheckSqsMessage(message).message());
  return text.substr(0, text.find(':'));
}

TEST(SqsApiTest, ChecksDestinations) {
  for (const std::string right :
       {"orders", "a-b_C9", "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
        "http://127.0.0.1:9324/queue/orders"}) {
    EXPECT_TRUE(CheckSqsMessage(Message(right)).ok()) << right;
  }
  for (const std::string wrong :
       {"a b", "a.b", ".fifo", "ftp://h/q", "https://h", "https://h/q/"}) {
    EXPECT_EQ(FaultOf(Message(wrong)), "destination") << wrong;
  }
  EXPECT_TRUE(CheckSqsMessage(Message(std::string(80, 'a'))).ok());
  EXPECT_EQ(FaultOf(Message(std::string(81, 'a'))), "destination");
  BrokerMessage message = Message();
  message.kind = BrokerMessage::Kind::kTopic;
  EXPECT_EQ(FaultOf(message), "SQS has queues only");
}

TEST(SqsApiTest, ChecksGroups) {
  BrokerMessage message = Message("orders.fifo");
  EXPECT_EQ(FaultOf(message), "key");
  message.key = std::string(128, '~');
  EXPECT_TRUE(CheckSqsMessage(message).ok());
  for (const std::string& wrong : std::vector<std::string>{"a b", "ä", std::string(129, 'a')}) {
    message.key = wrong;
    EXPECT_EQ(FaultOf(message), "key") << wrong;
  }
}

TEST(SqsApiTest, ChecksAttributesAndBodies) {
  BrokerMessage message = Message();
  for (const std::string wrong : {".a", "a.", "a..b", "AWS.x", "amazon.x"}) {
    message.properties = {{wrong, "1"}};
    EXPECT_EQ(FaultOf(message), "properties[" + wrong + "]");
  }
  message.properties = {{"a", ""}};
  EXPECT_EQ(FaultOf(message), "properties[a]");
  message.properties = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  EXPECT_TRUE(CheckSqsMessage(message).ok());
  message.properties["d"] = "4";
  EXPECT_EQ(FaultOf(message), "properties");
  message = Message();
  message.body = "\xff";
  EXPECT_EQ(FaultOf(message), "body");
}

TEST(SqsApiTest, AStandardQueueGetsNoDeduplicationId) {
  BrokerMessage message = Message();
  HttpCall call = SendMessageCall(message, "https://q/1/orders", kNow);
  EXPECT_EQ(call.url, "https://sqs.eu-central-1.amazonaws.com/");
  json body = json::parse(call.body);
  EXPECT_EQ(body["QueueUrl"], "https://q/1/orders");
  EXPECT_EQ(body["MessageBody"], "{}");
  EXPECT_EQ(body["MessageAttributes"].size(), 7u);
  EXPECT_EQ(body["MessageAttributes"]["ductape-job"],
            json({{"DataType", "String"}, {"StringValue", "nightly"}}));
  EXPECT_FALSE(body.contains("MessageGroupId"));
  EXPECT_FALSE(body.contains("MessageDeduplicationId"));
  message.destination = "https://q/1/orders.fifo";
  message.key = "g";
  call = SendMessageCall(message, message.destination, kNow);
  body = json::parse(call.body);
  EXPECT_EQ(body["MessageGroupId"], "g");
  EXPECT_EQ(body["MessageDeduplicationId"], message.run_id());
  EXPECT_TRUE(call.repeatable);
}

TEST(SqsApiTest, CallsAreSignedForSqs) {
  const BrokerMessage message = Message();
  const HttpCall call = QueueUrlCall(*message.account, "orders", kNow);
  EXPECT_EQ(call.body, R"({"QueueName":"orders"})");
  std::string authorization;
  for (const auto& [name, value] : call.headers) {
    if (name == "Authorization") authorization = value;
  }
  EXPECT_EQ(authorization.substr(0, authorization.rfind('=')),
            "AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-central-1/sqs/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature");
}

TEST(SqsApiTest, DigestsAreThoseOfRfc1321) {
  EXPECT_EQ(Md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Md5Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

}  // namespace
}  // namespace scheduler::dispatch
