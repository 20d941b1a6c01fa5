#include "scheduler/dispatch/broker/rabbitmq_channel.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

constexpr size_t kFrameMax = 4096;

class FakeHost final : public LinkHost {
 public:
  void Write(std::string_view bytes) override { written.append(bytes); }
  size_t unsent() const override { return 0; }
  void StartTls() override {}
  void Ready() override {}
  void Fail(std::string_view code, std::string_view /*message*/) override { failure = code; }

  std::string written;
  std::string failure;
};

class RabbitmqChannelTest : public testing::Test {
 protected:
  // What the channel's Take says to the frames of `bytes`.
  bool Take(const std::string& bytes) {
    bool open = true;
    for (size_t taken = 0; taken < bytes.size();) {
      AmqpFrame frame;
      bool bad = false;
      const size_t size =
          ParseAmqpFrame(std::string_view(bytes).substr(taken), kFrameMax, &frame, &bad);
      if (size == 0 || bad) return false;
      taken += size;
      open = channel_.Take(frame);
    }
    return open;
  }

  bool TakeMethod(amqp_method_number_t method, void* decoded) {
    std::string bytes;
    AppendAmqpMethod(1, method, decoded, &bytes);
    return Take(bytes);
  }

  void Open() {
    amqp_channel_open_ok_t opened = {};
    TakeMethod(AMQP_CHANNEL_OPEN_OK_METHOD, &opened);
    amqp_confirm_select_ok_t selected = {};
    TakeMethod(AMQP_CONFIRM_SELECT_OK_METHOD, &selected);
  }

  void Acknowledge(uint64_t tag) {
    amqp_basic_ack_t ack = {};
    ack.delivery_tag = tag;
    TakeMethod(AMQP_BASIC_ACK_METHOD, &ack);
  }

  // Begins to return a message; the header follows.
  void Return() {
    amqp_basic_return_t returned = {};
    returned.reply_code = AMQP_NO_ROUTE;
    returned.reply_text = AmqpBytes("NO_ROUTE");
    returned.exchange = AmqpBytes("");
    returned.routing_key = AmqpBytes("q");
    TakeMethod(AMQP_BASIC_RETURN_METHOD, &returned);
  }

  BrokerFlightPtr Send(bool probe = false) {
    const core::ClaimedRun run = support::ClaimedRunOf(core::BrokerTarget());
    auto flight = std::make_shared<BrokerFlight>(
        support::RefOf(run), 60'000, [] {},
        [this](AttemptResult result) {
          code_ = support::CodeOf(result);
          output_ = result.output == nullptr ? "" : result.output->output;
        });
    BrokerMessage message;
    message.identity = DeliveryFieldsOf(run);
    message.destination = "q";
    message.body = "{}";
    message.probe = probe;
    flight->Fill(std::move(message), SecretRedactor());
    channel_.Send(flight);
    return flight;
  }

  FakeHost host_;
  RabbitmqChannel channel_{1, "", kFrameMax, &host_, "RabbitMQ 9"};
  std::string code_;  // that the last flight ended with
  std::string output_;
};

TEST_F(RabbitmqChannelTest, CompletesByTheAcknowledgement) {
  Open();
  Send();
  EXPECT_EQ(code_, "");
  Acknowledge(1);
  EXPECT_EQ(code_, "COMPLETED");
  EXPECT_EQ(host_.failure, "");
}

TEST_F(RabbitmqChannelTest, AReturnedMessageFails) {
  Open();
  host_.written.clear();
  Send();
  // The header and the body come back as they were sent, after the method basic.publish.
  AmqpFrame publish;
  bool bad = false;
  const size_t size = ParseAmqpFrame(host_.written, kFrameMax, &publish, &bad);
  const std::string content = host_.written.substr(size);
  Return();
  Take(content);
  EXPECT_EQ(code_, "NOT_FOUND");
  Acknowledge(1);
  EXPECT_EQ(host_.failure, "");
  EXPECT_EQ(channel_.in_flight(), 0u);
}

TEST_F(RabbitmqChannelTest, AReturnThatNamesNoMessageCompletesNone) {
  Open();
  Send();
  Return();
  amqp_basic_properties_t nameless = {};
  std::string content;
  ASSERT_TRUE(AppendAmqpContent(1, &nameless, "{}", kFrameMax, &content));
  Take(content);
  EXPECT_EQ(host_.failure, "CONNECTION");
  Acknowledge(1);
  EXPECT_EQ(code_, "");
  channel_.Lost("CONNECTION", "lost");
  EXPECT_EQ(code_, "CONNECTION");
}

TEST_F(RabbitmqChannelTest, ClosesWhenItIsIdle) {
  EXPECT_FALSE(channel_.IsIdle());
  Open();
  EXPECT_TRUE(channel_.IsIdle());
  Send();
  EXPECT_FALSE(channel_.IsIdle());
  Acknowledge(1);
  amqp_channel_close_ok_t closed = {};
  EXPECT_TRUE(TakeMethod(AMQP_CHANNEL_CLOSE_OK_METHOD, &closed));  // nobody asked
  channel_.BeginClose();
  EXPECT_FALSE(channel_.IsIdle());
  EXPECT_FALSE(TakeMethod(AMQP_CHANNEL_CLOSE_OK_METHOD, &closed));
}

TEST_F(RabbitmqChannelTest, AProbeEndsWhenTheChannelIsOpenAndPublishesNothing) {
  Send(/*probe=*/true);
  EXPECT_EQ(code_, "");
  Open();
  EXPECT_EQ(code_, "COMPLETED");
  EXPECT_EQ(output_, "RabbitMQ 9");
  EXPECT_EQ(channel_.in_flight(), 0u);
  host_.written.clear();
  Send(/*probe=*/true);
  EXPECT_EQ(host_.written, "");
  EXPECT_EQ(code_, "COMPLETED");
}

}  // namespace
}  // namespace scheduler::dispatch
