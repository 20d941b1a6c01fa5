#include "scheduler/dispatch/broker/amqp_frames.h"

#include <array>
#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

constexpr size_t kMax = 4096;

TEST(AmqpFramesTest, MethodsGoThereAndBack) {
  amqp_basic_publish_t publish = {};
  publish.exchange = AmqpBytes("orders");
  publish.routing_key = AmqpBytes("new");
  publish.mandatory = 1;
  std::string bytes;
  ASSERT_TRUE(AppendAmqpMethod(7, AMQP_BASIC_PUBLISH_METHOD, &publish, &bytes));
  AmqpFrame frame;
  bool bad = false;
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(ParseAmqpFrame(std::string_view(bytes).substr(0, cut), kMax, &frame, &bad), 0u);
    EXPECT_FALSE(bad) << cut;
  }
  const std::string longer = bytes + "more";
  ASSERT_EQ(ParseAmqpFrame(longer, kMax, &frame, &bad), bytes.size());
  EXPECT_EQ(frame.type, AMQP_FRAME_METHOD);
  EXPECT_EQ(frame.channel, 7);
  EXPECT_EQ(AmqpMethodOf(frame), AMQP_BASIC_PUBLISH_METHOD);
  AmqpPool pool;
  const auto* const decoded = DecodeAmqpMethod<amqp_basic_publish_t>(frame, &pool);
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(AmqpText(decoded->exchange), "orders");
  EXPECT_EQ(AmqpText(decoded->routing_key), "new");
  EXPECT_EQ(decoded->mandatory, 1);
}

TEST(AmqpFramesTest, BadFramesAreTold) {
  AmqpFrame frame;
  bool bad = false;
  EXPECT_EQ(ParseAmqpFrame(std::string_view("AMQP\0\0\x09\x01", 8), kMax, &frame, &bad), 0u);
  EXPECT_TRUE(bad);
  EXPECT_EQ(ParseAmqpFrame(std::string_view("\1\0\0\x7f\0\0\0", 7), kMax, &frame, &bad), 0u);
  EXPECT_TRUE(bad);
  EXPECT_EQ(ParseAmqpFrame(std::string_view("\1\0\0\0\0\0\0\0", 8), kMax, &frame, &bad), 0u);
  EXPECT_TRUE(bad);
}

TEST(AmqpFramesTest, BodiesAreSplit) {
  std::array<amqp_table_entry_t, 1> entries = {AmqpEntry("region", "eu")};
  amqp_basic_properties_t properties = {};
  properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.headers = {1, entries.data()};
  properties.message_id = AmqpBytes("run-1");
  const std::string body(10'000, 'x');
  std::string bytes;
  ASSERT_TRUE(AppendAmqpContent(3, &properties, body, kMax, &bytes));
  std::string_view rest = bytes;
  AmqpFrame frame;
  bool bad = false;
  rest.remove_prefix(ParseAmqpFrame(rest, kMax, &frame, &bad));
  AmqpPool pool;
  uint64_t size = 0;
  const amqp_basic_properties_t* const decoded = DecodeAmqpHeader(frame, &pool, &size);
  ASSERT_NE(decoded, nullptr);
  EXPECT_EQ(size, body.size());
  EXPECT_EQ(AmqpText(decoded->message_id), "run-1");
  ASSERT_EQ(decoded->headers.num_entries, 1);
  EXPECT_EQ(AmqpText(decoded->headers.entries[0].value.value.bytes), "eu");
  std::string got;
  while (!rest.empty()) {
    const size_t taken = ParseAmqpFrame(rest, kMax, &frame, &bad);
    ASSERT_GT(taken, 0u);
    ASSERT_LE(taken, kMax);
    EXPECT_EQ(frame.type, AMQP_FRAME_BODY);
    got.append(frame.payload);
    rest.remove_prefix(taken);
  }
  EXPECT_EQ(got, body);
}

TEST(AmqpFramesTest, PropertiesThatDoNotFitAreTold) {
  const std::string large(5000, 'x');
  std::array<amqp_table_entry_t, 1> entries = {AmqpEntry("large", large)};
  amqp_basic_properties_t properties = {};
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {1, entries.data()};
  std::string bytes;
  EXPECT_FALSE(AppendAmqpContent(3, &properties, "body", kMax, &bytes));
  EXPECT_TRUE(bytes.empty());
}

}  // namespace
}  // namespace scheduler::dispatch
