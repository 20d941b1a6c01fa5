#include "scheduler/dispatch/broker/rabbitmq_channel.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/rabbitmq_driver.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
constexpr std::string_view kTokenHeader = "Ductape-Fencing-Token";

std::string_view TokenOf(const BrokerMessage& message) {
  for (const DeliveryField& field : message.identity) {
    if (field.header == kTokenHeader) return field.value;
  }
  return {};
}

std::string_view HeaderOf(const amqp_basic_properties_t& properties, std::string_view name) {
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) == 0) return {};
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const amqp_table_entry_t& entry = properties.headers.entries[i];
    if (AmqpText(entry.key) == name && entry.value.kind == AMQP_FIELD_KIND_UTF8) {
      return AmqpText(entry.value.value.bytes);
    }
  }
  return {};
}

// What goes beside the body.
bool AppendContent(uint16_t channel, const BrokerMessage& message, size_t frame_max,
                   std::string* out) {
  std::vector<amqp_table_entry_t> entries;
  for (const DeliveryField& field : message.identity) {
    entries.push_back(AmqpEntry(field.header, field.value));
  }
  for (const auto& [name, value] : message.properties) entries.push_back(AmqpEntry(name, value));
  amqp_basic_properties_t properties = {};
  properties._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                      AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG |
                      AMQP_BASIC_APP_ID_FLAG;
  properties.headers = {static_cast<int>(entries.size()), entries.data()};
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = AmqpBytes(message.run_id());
  properties.timestamp = static_cast<uint64_t>(message.wall_time / base::kSecond);
  properties.app_id = AmqpBytes("ductape-jobs");
  if (message.body.front() == '{' || message.body.front() == '[') {
    properties._flags |= AMQP_BASIC_CONTENT_TYPE_FLAG;
    properties.content_type = AmqpBytes("application/json");
  }
  return AppendAmqpContent(channel, &properties, message.body, frame_max, out);
}

}  // namespace

RabbitmqChannel::RabbitmqChannel(uint16_t number, std::string exchange, size_t frame_max,
                                 LinkHost* host, std::string broker)
    : number_(number),
      exchange_(std::move(exchange)),
      frame_max_(frame_max),
      host_(host),
      broker_(std::move(broker)) {
  amqp_channel_open_t open = {};
  WriteMethod(AMQP_CHANNEL_OPEN_METHOD, &open);
}

void RabbitmqChannel::WriteMethod(amqp_method_number_t method, void* decoded) {
  std::string frame;
  AppendAmqpMethod(number_, method, decoded, &frame);
  host_->Write(frame);
}

void RabbitmqChannel::Send(BrokerFlightPtr flight) {
  if (open_) return Publish(flight);
  waiting_.push_back(std::move(flight));
}

void RabbitmqChannel::Publish(const BrokerFlightPtr& flight) {
  const BrokerMessage& message = flight->message();
  if (message.probe) {
    flight->Finish(CompletedAttempt(broker_));
    return;
  }
  amqp_basic_publish_t publish = {};
  publish.exchange = AmqpBytes(exchange_);
  // The default exchange leads to the queue of this name.
  publish.routing_key = AmqpBytes(exchange_.empty() ? message.destination : message.key);
  publish.mandatory = 1;
  std::string frames;
  if (!AppendAmqpMethod(number_, AMQP_BASIC_PUBLISH_METHOD, &publish, &frames) ||
      !AppendContent(number_, message, frame_max_, &frames)) {
    flight->Finish(FailedAttempt(failure::kValidation, "the properties are too large"));
    return;
  }
  host_->Write(frames);
  unconfirmed_.emplace_hint(unconfirmed_.end(), ++last_tag_, flight);
}

void RabbitmqChannel::BeginClose() {
  closing_ = true;
  amqp_channel_close_t close = {};
  close.reply_code = AMQP_REPLY_SUCCESS;
  WriteMethod(AMQP_CHANNEL_CLOSE_METHOD, &close);
}

bool RabbitmqChannel::Take(const AmqpFrame& frame) {
  if (failed_) return true;
  if (frame.type == AMQP_FRAME_METHOD) return TakeMethod(frame);
  if (frame.type == AMQP_FRAME_HEADER) TakeReturnedHeader(frame);
  return true;  // and the bodies of what is returned
}

bool RabbitmqChannel::TakeMethod(const AmqpFrame& frame) {
  AmqpPool pool;
  switch (AmqpMethodOf(frame)) {
    case AMQP_CHANNEL_OPEN_OK_METHOD: {
      amqp_confirm_select_t select = {};
      WriteMethod(AMQP_CONFIRM_SELECT_METHOD, &select);
      return true;
    }
    case AMQP_CONFIRM_SELECT_OK_METHOD: {
      open_ = true;
      std::deque<BrokerFlightPtr> waiting;
      waiting.swap(waiting_);
      for (const BrokerFlightPtr& flight : waiting) {
        if (!flight->ended()) Publish(flight);
      }
      return true;
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto* const ack = DecodeAmqpMethod<amqp_basic_ack_t>(frame, &pool);
      if (ack != nullptr) Confirm(ack->delivery_tag, ack->multiple != 0, /*accepted=*/true);
      return true;
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto* const nack = DecodeAmqpMethod<amqp_basic_nack_t>(frame, &pool);
      if (nack != nullptr) Confirm(nack->delivery_tag, nack->multiple != 0, /*accepted=*/false);
      return true;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto* const returned = DecodeAmqpMethod<amqp_basic_return_t>(frame, &pool);
      if (returned == nullptr) {
        FailReturn();
        return true;
      }
      return_code_ = returned->reply_code;
      return_text_ = AmqpText(returned->reply_text);
      return true;
    }
    case AMQP_CHANNEL_CLOSE_METHOD:
      Close(frame);
      return false;
    case AMQP_CHANNEL_CLOSE_OK_METHOD:
      return !closing_;
    default:
      return true;
  }
}

void RabbitmqChannel::TakeReturnedHeader(const AmqpFrame& frame) {
  AmqpPool pool;
  uint64_t body_size = 0;
  const amqp_basic_properties_t* const properties = DecodeAmqpHeader(frame, &pool, &body_size);
  if (properties == nullptr || (properties->_flags & AMQP_BASIC_MESSAGE_ID_FLAG) == 0) {
    return FailReturn();
  }
  const std::string_view run_id = AmqpText(properties->message_id);
  const std::string_view token = HeaderOf(*properties, kTokenHeader);
  for (const auto& [tag, flight] : unconfirmed_) {
    const BrokerMessage& message = flight->message();
    if (message.run_id() != run_id || TokenOf(message) != token) continue;
    // The broker's acknowledgement follows, and says nothing then.
    flight->Finish(FailedAttempt(
        ClassOfAmqpCode(return_code_, return_text_, /*greeting=*/false),
        exchange_.empty()
            ? base::StrCat(return_text_, ": there is no queue \"", message.destination, "\"")
            : base::StrCat(return_text_, ": exchange \"", exchange_, "\" has no queue for key \"",
                           message.key, "\""),
        return_code_));
    return;
  }
  FailReturn();
}

void RabbitmqChannel::FailReturn() {
  failed_ = true;
  host_->Fail(failure::kConnection,
              "the broker returned a message that is none of those in flight");
}

void RabbitmqChannel::Confirm(uint64_t tag, bool multiple, bool accepted) {
  const auto last = unconfirmed_.upper_bound(tag);
  auto first = multiple ? unconfirmed_.begin() : unconfirmed_.find(tag);
  if (first == unconfirmed_.end()) return;
  std::vector<BrokerFlightPtr> confirmed;
  for (auto each = first; each != last; ++each) confirmed.push_back(each->second);
  unconfirmed_.erase(first, last);
  for (const BrokerFlightPtr& flight : confirmed) {
    if (flight->ended()) continue;
    flight->Finish(accepted ? CompletedAttempt("{}")
                            : FailedAttempt(failure::kUnavailable,
                                            "the broker did not take the message (basic.nack)"));
  }
}

void RabbitmqChannel::Close(const AmqpFrame& frame) {
  AmqpPool pool;
  const auto* const close = DecodeAmqpMethod<amqp_channel_close_t>(frame, &pool);
  amqp_channel_close_ok_t close_ok = {};
  WriteMethod(AMQP_CHANNEL_CLOSE_OK_METHOD, &close_ok);
  if (close == nullptr) return Lost(failure::kUnavailable, "the broker closed the channel");
  const std::string_view text = AmqpText(close->reply_text);
  std::string_view code = ClassOfAmqpCode(close->reply_code, text, /*greeting=*/false);
  // A fault of one message of several, nobody says of which: each is tried again, and that one fails alone.
  if (code == failure::kValidation && in_flight() > 1) code = failure::kUnavailable;
  Lost(code, text, close->reply_code);
}

void RabbitmqChannel::Lost(std::string_view code, std::string_view message, int32_t status) {
  std::vector<BrokerFlightPtr> lost(waiting_.begin(), waiting_.end());
  for (const auto& [tag, flight] : unconfirmed_) lost.push_back(flight);
  waiting_.clear();
  unconfirmed_.clear();
  for (const BrokerFlightPtr& flight : lost) flight->Finish(FailedAttempt(code, message, status));
}

}  // namespace scheduler::dispatch
