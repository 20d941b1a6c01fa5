#include "scheduler/dispatch/broker/rabbitmq_driver.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/rabbitmq_channel.h"
#include "scheduler/dispatch/broker/stream_driver.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Kind = BrokerMessage::Kind;
namespace failure = core::failure;

constexpr uint16_t kPort = 5672;
constexpr uint16_t kTlsPort = 5671;
constexpr size_t kMinFrameMax = 4096;  // that every peer must take
constexpr size_t kMaxFrameMax = 128 * 1024;
constexpr size_t kMaxChannels = 256;
constexpr size_t kMaxShortString = 255;

// The text of a property with which the broker introduces itself; empty if it has none.
std::string_view PropertyOf(const amqp_table_t& properties, std::string_view name) {
  for (int i = 0; i < properties.num_entries; ++i) {
    const amqp_table_entry_t& entry = properties.entries[i];
    if (AmqpText(entry.key) == name && entry.value.kind == AMQP_FIELD_KIND_UTF8) {
      return AmqpText(entry.value.value.bytes);
    }
  }
  return {};
}

class RabbitmqProtocol final : public LinkProtocol {
 public:
  RabbitmqProtocol(std::shared_ptr<const BrokerAccount> account, LinkHost* host)
      : account_(std::move(account)), host_(host) {}

  void OnConnected() override { host_->Write(std::string_view("AMQP\0\0\x09\x01", 8)); }
  void OnData(std::string* input) override;
  void Send(BrokerFlightPtr flight) override;
  size_t in_flight() const override;
  void Lost(std::string_view code, std::string_view message) override;

 private:
  const core::RabbitmqSettings& settings() const {
    return std::get<core::RabbitmqSettings>(account_->settings);
  }

  void Take(const AmqpFrame& frame);
  void TakeConnectionMethod(const AmqpFrame& frame);
  // "RabbitMQ 3.10.8"
  void TakeName(const AmqpFrame& frame);
  void Authenticate();
  void Tune(const amqp_connection_tune_t& tune);
  void Close(const amqp_connection_close_t& close);
  void BadProtocol() {
    failed_ = true;
    host_->Fail(failure::kConnection, "the broker does not speak AMQP 0-9-1");
  }
  void CloseIdleChannel();
  void WriteMethod(amqp_method_number_t method, void* decoded) {
    std::string frame;
    AppendAmqpMethod(0, method, decoded, &frame);
    host_->Write(frame);
  }

  const std::shared_ptr<const BrokerAccount> account_;
  LinkHost* const host_;
  size_t frame_max_ = kMaxFrameMax;
  size_t channel_max_ = kMaxChannels;
  bool open_ = false;
  bool failed_ = false;
  std::string broker_;                       // what it says of itself
  std::map<std::string, uint16_t> numbers_;  // of the channels, by exchange
  std::map<uint16_t, RabbitmqChannel> channels_;
};

void RabbitmqProtocol::OnData(std::string* input) {
  size_t taken = 0;
  while (!failed_) {
    AmqpFrame frame;
    bool bad = false;
    const size_t size =
        ParseAmqpFrame(std::string_view(*input).substr(taken), kMaxFrameMax, &frame, &bad);
    if (bad) return BadProtocol();
    if (size == 0) break;
    taken += size;
    Take(frame);
  }
  input->erase(0, taken);
}

void RabbitmqProtocol::Take(const AmqpFrame& frame) {
  if (frame.type == AMQP_FRAME_HEARTBEAT) return;
  if (frame.channel == 0) return TakeConnectionMethod(frame);
  const auto channel = channels_.find(frame.channel);
  if (channel == channels_.end() || channel->second.Take(frame)) return;
  channels_.erase(channel);
  for (auto number = numbers_.begin(); number != numbers_.end(); ++number) {
    if (number->second != frame.channel) continue;
    numbers_.erase(number);
    return;
  }
}

void RabbitmqProtocol::TakeConnectionMethod(const AmqpFrame& frame) {
  AmqpPool pool;
  switch (AmqpMethodOf(frame)) {
    case AMQP_CONNECTION_START_METHOD:
      TakeName(frame);
      return Authenticate();
    case AMQP_CONNECTION_TUNE_METHOD: {
      const auto* const tune = DecodeAmqpMethod<amqp_connection_tune_t>(frame, &pool);
      return tune == nullptr ? BadProtocol() : Tune(*tune);
    }
    case AMQP_CONNECTION_OPEN_OK_METHOD:
      open_ = true;
      return host_->Ready();
    case AMQP_CONNECTION_CLOSE_METHOD: {
      const auto* const close = DecodeAmqpMethod<amqp_connection_close_t>(frame, &pool);
      return close == nullptr ? BadProtocol() : Close(*close);
    }
    case AMQP_CONNECTION_BLOCKED_METHOD: {
      // It reads nothing from us until its alarm is over.
      const auto* const blocked = DecodeAmqpMethod<amqp_connection_blocked_t>(frame, &pool);
      failed_ = true;
      return host_->Fail(failure::kUnavailable,
                         StrCat("the broker takes no messages: ",
                                blocked == nullptr ? "" : AmqpText(blocked->reason)));
    }
    default:
      return;
  }
}

void RabbitmqProtocol::TakeName(const AmqpFrame& frame) {
  AmqpPool pool;
  const auto* const start = DecodeAmqpMethod<amqp_connection_start_t>(frame, &pool);
  if (start == nullptr) return;
  const std::string_view version = PropertyOf(start->server_properties, "version");
  broker_ =
      StrCat(PropertyOf(start->server_properties, "product"), version.empty() ? "" : " ", version);
}

void RabbitmqProtocol::Authenticate() {
  std::array<amqp_table_entry_t, 3> abilities = {};
  const std::array<std::string_view, 3> names = {"authentication_failure_close", "basic.nack",
                                                 "connection.blocked"};
  for (size_t i = 0; i < names.size(); ++i) {
    abilities[i].key = AmqpBytes(names[i]);
    abilities[i].value.kind = AMQP_FIELD_KIND_BOOLEAN;
    abilities[i].value.value.boolean = 1;
  }
  std::array<amqp_table_entry_t, 2> properties = {AmqpEntry("product", "ductape-jobs"), {}};
  properties[1].key = AmqpBytes("capabilities");
  properties[1].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[1].value.value.table = {static_cast<int>(abilities.size()), abilities.data()};
  std::string response(1, '\0');
  base::StrAppend(&response, settings().username);
  response.push_back('\0');
  base::StrAppend(&response, account_->SecretAt("password"));
  amqp_connection_start_ok_t start = {};
  start.client_properties = {static_cast<int>(properties.size()), properties.data()};
  start.mechanism = AmqpBytes("PLAIN");
  start.response = AmqpBytes(response);
  start.locale = AmqpBytes("en_US");
  WriteMethod(AMQP_CONNECTION_START_OK_METHOD, &start);
}

void RabbitmqProtocol::Tune(const amqp_connection_tune_t& tune) {
  if (tune.frame_max != 0) {
    frame_max_ = std::clamp<size_t>(tune.frame_max, kMinFrameMax, kMaxFrameMax);
  }
  if (tune.channel_max != 0) channel_max_ = std::min<size_t>(tune.channel_max, kMaxChannels);
  amqp_connection_tune_ok_t tuned = {};
  tuned.channel_max = static_cast<uint16_t>(channel_max_);
  tuned.frame_max = static_cast<uint32_t>(frame_max_);
  // None: connections without messages are closed, and one that owes answers is watched.
  tuned.heartbeat = 0;
  WriteMethod(AMQP_CONNECTION_TUNE_OK_METHOD, &tuned);
  amqp_connection_open_t open = {};
  open.virtual_host =
      AmqpBytes(settings().virtual_host.empty() ? std::string_view("/") : settings().virtual_host);
  WriteMethod(AMQP_CONNECTION_OPEN_METHOD, &open);
}

void RabbitmqProtocol::Close(const amqp_connection_close_t& close) {
  failed_ = true;
  amqp_connection_close_ok_t close_ok = {};
  WriteMethod(AMQP_CONNECTION_CLOSE_OK_METHOD, &close_ok);
  const std::string_view text = AmqpText(close.reply_text);
  host_->Fail(ClassOfAmqpCode(close.reply_code, text, !open_), text);
}

void RabbitmqProtocol::Send(BrokerFlightPtr flight) {
  const BrokerMessage& message = flight->message();
  const std::string exchange = message.kind == Kind::kExchange ? message.destination : "";
  const auto known = numbers_.find(exchange);
  if (known != numbers_.end()) {
    return channels_.at(known->second).Send(std::move(flight));
  }
  if (channels_.size() >= channel_max_) {
    flight->Finish(
        FailedAttempt(failure::kRateLimited, "too many exchanges are in use by this connection"));
    CloseIdleChannel();  // for the next one
    return;
  }
  uint16_t number = 1;
  while (channels_.count(number) > 0) ++number;
  numbers_[exchange] = number;
  const auto made =
      channels_.try_emplace(number, number, exchange, frame_max_, host_, broker_).first;
  made->second.Send(std::move(flight));
}

void RabbitmqProtocol::CloseIdleChannel() {
  if (numbers_.size() < channels_.size()) return;  // one is being closed
  for (auto number = numbers_.begin(); number != numbers_.end(); ++number) {
    RabbitmqChannel& channel = channels_.at(number->second);
    if (!channel.IsIdle()) continue;
    channel.BeginClose();
    numbers_.erase(number);
    return;
  }
}

size_t RabbitmqProtocol::in_flight() const {
  size_t sum = 0;
  for (const auto& [number, channel] : channels_) sum += channel.in_flight();
  return sum;
}

void RabbitmqProtocol::Lost(std::string_view code, std::string_view message) {
  for (auto& [number, channel] : channels_) channel.Lost(code, message);
}

class RabbitmqKind final : public LinkKind {
 public:
  absl::Status Check(const BrokerMessage& message) const override {
    const bool queue = message.kind == Kind::kDefault || message.kind == Kind::kQueue;
    if (!queue && message.kind != Kind::kExchange) {
      return absl::InvalidArgumentError("RabbitMQ has queues and exchanges only");
    }
    if (queue && !message.key.empty()) {
      return absl::InvalidArgumentError("key: messages to a queue have none; name an exchange");
    }
    if (message.destination.size() > kMaxShortString) {
      return absl::InvalidArgumentError("destination: RabbitMQ takes names of up to 255 bytes");
    }
    if (message.key.size() > kMaxShortString) {
      return absl::InvalidArgumentError("key: RabbitMQ takes keys of up to 255 bytes");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<LinkAddress> AddressOf(const BrokerAccount& account) const override {
    const auto& settings = std::get<core::RabbitmqSettings>(account.settings);
    LinkAddress address;
    address.encrypted = settings.tls.mode == core::TlsSettings::Mode::kRequired;
    const absl::StatusOr<LinkServer> server =
        ParseLinkServer(settings.address, address.encrypted ? kTlsPort : kPort);
    if (!server.ok()) return server.status();
    address.servers = {*server};
    address.tls = settings.tls;
    address.tls_first = true;
    return address;
  }

  std::unique_ptr<LinkProtocol> NewProtocol(std::shared_ptr<const BrokerAccount> account,
                                            LinkHost* host) const override {
    return std::make_unique<RabbitmqProtocol>(std::move(account), host);
  }
};

}  // namespace

std::string_view ClassOfAmqpCode(uint16_t code, std::string_view text, bool greeting) {
  switch (code) {
    case AMQP_NO_ROUTE:
    case AMQP_NOT_FOUND:
      return failure::kNotFound;
    case AMQP_ACCESS_REFUSED:
      return greeting ? failure::kUnauthenticated : failure::kForbidden;
    case AMQP_NOT_ALLOWED:
      return text.find("not found") != std::string_view::npos ? failure::kNotFound
                                                              : failure::kForbidden;
    case AMQP_CONTENT_TOO_LARGE:
    case AMQP_INVALID_PATH:
    case AMQP_PRECONDITION_FAILED:
    case AMQP_NOT_IMPLEMENTED:
      return failure::kValidation;
    default:
      return failure::kUnavailable;
  }
}

std::unique_ptr<BrokerDriver> NewRabbitmqDriver(const BrokerOptions& options,
                                                const EgressPolicy* egress,
                                                const base::Clock* clock) {
  return std::make_unique<StreamDriver>("broker-rabbitmq", std::make_unique<RabbitmqKind>(),
                                        options, egress, clock);
}

}  // namespace scheduler::dispatch
