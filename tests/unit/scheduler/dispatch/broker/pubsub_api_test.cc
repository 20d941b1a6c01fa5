#include "scheduler/dispatch/broker/pubsub/pubsub_api.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/dispatch/delivery_fields.h"

namespace scheduler::dispatch {
namespace {

BrokerMessage Message(const std::string& destination = "orders") {
  auto account = std::make_shared<BrokerAccount>();
  core::PubsubSettings settings;
  settings.project = "my-project";
  account->settings = settings;
  BrokerMessage message;
  message.destination = destination;
  message.body = "{}";
  message.account = std::move(account);
  return message;
}

std::string FaultOf(const BrokerMessage& message) {
  const std::string text(CheckPubsubMessage(message).message());
  return text.substr(0, text.find(':'));
}

TEST(PubsubApiTest, ChecksDestinations) {
  for (const std::string right :
       {"orders", "a-b_c.d~e+f%41", "projects/other-project/topics/orders",
        "projects/example.com:project/topics/orders"}) {
    EXPECT_TRUE(CheckPubsubMessage(Message(right)).ok()) << right;
  }
  for (const std::string wrong :
       {"ab", "1ab", "googleish", "a/b", "a b", "projects/p", "projects//topics/abc",
        "projects/p/topics/", "projects/p/subscriptions/abc", "projects/p/topics/abc/d"}) {
    EXPECT_EQ(FaultOf(Message(wrong)), "destination") << wrong;
  }
  EXPECT_TRUE(CheckPubsubMessage(Message(std::string(255, 'a'))).ok());
  EXPECT_EQ(FaultOf(Message(std::string(256, 'a'))), "destination");
  BrokerMessage message = Message();
  message.kind = BrokerMessage::Kind::kQueue;
  EXPECT_EQ(FaultOf(message), "Pub/Sub has topics only");
  message.kind = BrokerMessage::Kind::kTopic;
  EXPECT_TRUE(CheckPubsubMessage(message).ok());
}

TEST(PubsubApiTest, ChecksAttributes) {
  BrokerMessage message = Message();
  message.properties = {{"googclient", "1"}};
  EXPECT_EQ(FaultOf(message), "properties[googclient]");
  message.properties = {{"a", std::string(1024, 'x')}};
  EXPECT_TRUE(CheckPubsubMessage(message).ok());
  message.properties["a"] += "x";
  EXPECT_EQ(FaultOf(message), "properties[a]");
}

TEST(PubsubApiTest, TopicsAreOfTheConnectionsProjectUnlessTheySay) {
  EXPECT_EQ(TopicOf(Message()), "projects/my-project/topics/orders");
  EXPECT_EQ(TopicOf(Message("projects/p/topics/abc")), "projects/p/topics/abc");
}

// As `protoc --encode=google.pubsub.v1.PublishRequest` of Google's pubsub.proto has it for
//   topic: "projects/my-project/topics/orders"
//   messages { data: "{}" attributes { key: "a" value: "1" } ordering_key: "k" }
// and with the delivery's eight attributes, here empty, before that of the target.
TEST(PubsubApiTest, RequestsAreThoseOfGooglesProto) {
  BrokerMessage message = Message();
  message.properties = {{"a", "1"}};
  message.key = "k";
  for (DeliveryField& field : message.identity) field = {"", "", ""};
  std::string expected = "\x0a\x21projects/my-project/topics/orders";
  std::string inner = "\x0a\x02{}";
  for (size_t i = 0; i < message.identity.size(); ++i) {
    inner += std::string("\x12\x04\x0a\x00\x12\x00", 6);
  }
  inner += "\x12\x06\x0a\x01";
  inner += "a\x12\x01";
  inner += "1\x2a\x01k";
  expected += "\x12";
  expected += static_cast<char>(inner.size());
  expected += inner;
  EXPECT_EQ(PublishRequestOf(message), expected);
}

TEST(PubsubApiTest, AnAnswerHasTheMessagesId) {
  EXPECT_EQ(MessageIdIn(std::string("\x0a\x03") + "171").value(), "171");
  // Fields that are not known here are passed over.
  EXPECT_EQ(MessageIdIn(std::string("\x10\x05\x0a\x03") + "171").value(), "171");
  for (const std::string& wrong :
       {std::string(), std::string("\x0a\x00", 2), std::string("\x0a\x05") + "171",
        std::string("\x08\x05"), std::string("\xff\xff"),
        std::string("\x0a\x81\x02") + std::string(257, 'x')}) {
    EXPECT_FALSE(MessageIdIn(wrong).ok());
  }
}

}  // namespace
}  // namespace scheduler::dispatch
