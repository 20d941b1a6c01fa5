#include "scheduler/query/text_bytes.h"

#include <map>
#include <string>
#include <vector>

namespace scheduler::query {
namespace {

size_t Of(const std::string& text) { return text.size(); }

size_t Of(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes;
}

size_t Of(const std::map<std::string, std::string>& texts) {
  size_t bytes = 0;
  for (const auto& [key, value] : texts) bytes += key.size() + value.size();
  return bytes;
}

template <typename... Texts>
size_t Sum(const Texts&... texts) {
  return (Of(texts) + ...);
}

struct MessageBytes {
  size_t operator()(const core::EmailMessage& email) const {
    return Sum(email.from, email.to, email.cc, email.bcc, email.reply_to, email.subject, email.text,
               email.html);
  }
  size_t operator()(const core::PushMessage& push) const {
    return Sum(push.device_tokens, push.title, push.body, push.data);
  }
  size_t operator()(const core::SmsMessage& sms) const { return Sum(sms.from, sms.to, sms.text); }
  size_t operator()(const core::HttpTarget& http) const { return TextBytesOf(core::Target(http)); }
};

struct TargetBytes {
  size_t operator()(const core::HttpTarget& http) const {
    return Sum(http.url, http.path_params, http.query, http.headers, http.body);
  }
  size_t operator()(const core::GrpcTarget& grpc) const {
    return Sum(grpc.message_json, grpc.metadata);
  }
  size_t operator()(const core::LambdaTarget& lambda) const { return Of(lambda.body); }
  size_t operator()(const core::NotificationTarget& notification) const {
    size_t bytes = 0;
    for (const auto& channel : notification.channels) {
      bytes += std::visit(MessageBytes(), channel.message);
    }
    return bytes;
  }
  size_t operator()(const core::DatabaseTarget& database) const {
    return Sum(database.statement, database.params, database.document_json);
  }
  size_t operator()(const core::BrokerTarget& broker) const {
    return Sum(broker.destination, broker.key, broker.body, broker.properties);
  }
  size_t operator()(const core::WorkerTarget& /*worker*/) const { return 0; }
};

struct SettingsBytes {
  size_t operator()(const core::HttpSettings& http) const {
    size_t bytes = kShort + Sum(http.base_url, http.headers);
    for (const auto& [name, secret] : http.secrets) bytes += name.size() + secret.name.size();
    return bytes;
  }
  size_t operator()(const core::KafkaSettings& kafka) const { return kShort + Of(kafka.brokers); }
  size_t operator()(const core::NatsSettings& nats) const { return kShort + Of(nats.servers); }
  template <typename Settings>
  size_t operator()(const Settings& /*settings*/) const {
    return kShort;
  }

  // Addresses, names and where secrets are.
  static constexpr size_t kShort = 1024;
};

}  // namespace

size_t TextBytesOf(const core::Target& target) { return std::visit(TargetBytes(), target); }

size_t TextBytesOf(const core::Settings& settings) { return std::visit(SettingsBytes(), settings); }

}  // namespace scheduler::query
