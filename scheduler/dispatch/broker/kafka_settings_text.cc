#include "scheduler/dispatch/broker/kafka_settings_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/broker/link_protocol.h"

namespace scheduler::dispatch {
namespace {

constexpr uint16_t kPort = 9092;
using Mechanism = core::KafkaSettings::Mechanism;
using Texts = std::vector<std::pair<std::string, std::string>>;

absl::StatusOr<std::string> BrokersOf(const core::KafkaSettings& settings) {
  std::string brokers;
  for (const std::string& text : settings.brokers) {
    const absl::StatusOr<LinkServer> server = ParseLinkServer(text, kPort);
    if (!server.ok()) return server.status();
    // A comma would begin another one, and "://" a scheme.
    if (server->host.find_first_of(",/ ") != std::string::npos) {
      return absl::InvalidArgumentError("brokers: a host has no comma, slash or space");
    }
    const bool ipv6 = server->host.find(':') != std::string::npos;
    absl::StrAppend(&brokers, brokers.empty() ? "" : ",", ipv6 ? "[" : "", server->host,
                    ipv6 ? "]:" : ":", server->port);
  }
  if (brokers.empty()) return absl::InvalidArgumentError("the connection has no brokers");
  return brokers;
}

const char* NameOf(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::kScramSha256:
      return "SCRAM-SHA-256";
    case Mechanism::kScramSha512:
      return "SCRAM-SHA-512";
    default:
      return "PLAIN";
  }
}

void AddTls(const core::KafkaSettings& settings, const BrokerAccount& account, Texts* texts) {
  for (const auto& [name, path] : {std::pair("ssl.ca.pem", "tls.ca_certificates"),
                                   std::pair("ssl.certificate.pem", "tls.client_certificate"),
                                   std::pair("ssl.key.pem", "tls.client_key")}) {
    const std::string_view text = account.SecretAt(path);
    if (!text.empty()) texts->emplace_back(name, text);
  }
  const bool skip = settings.tls.insecure_skip_verify;
  texts->emplace_back("enable.ssl.certificate.verification", skip ? "false" : "true");
  texts->emplace_back("ssl.endpoint.identification.algorithm", skip ? "none" : "https");
}

}  // namespace

absl::StatusOr<Texts> KafkaSettingsText(const BrokerAccount& account, base::Millis message_timeout,
                                        const BrokerOptions& options, KafkaUse use) {
  const auto& settings = std::get<core::KafkaSettings>(account.settings);
  absl::StatusOr<std::string> brokers = BrokersOf(settings);
  if (!brokers.ok()) return brokers.status();
  const bool tls = settings.tls.mode == core::TlsSettings::Mode::kRequired;
  const bool sasl = settings.mechanism != Mechanism::kNone;
  if (tls && !settings.tls.server_name.empty()) {
    return absl::InvalidArgumentError("tls.server_name: Kafka's certificates name their hosts");
  }
  Texts texts = {
      {"bootstrap.servers", *std::move(brokers)},
      {"client.id", "ductape-jobs"},
      {"enable.idempotence", use == KafkaUse::kMessages ? "true" : "false"},
      {"acks", "all"},
      {"linger.ms", "1"},
      {"message.timeout.ms", absl::StrCat(message_timeout)},
      {"queue.buffering.max.messages",
       absl::StrCat(std::min(options.max_queued_messages, options.max_of_one_connection()))},
      {"queue.buffering.max.kbytes", absl::StrCat(options.max_queued_bytes / 1024)},
      // A topic that is not there is waited for no longer, in case it was just made.
      {"topic.metadata.propagation.max.ms", "3000"},
      {"reconnect.backoff.ms", absl::StrCat(options.min_backoff)},
      {"reconnect.backoff.max.ms", absl::StrCat(options.max_backoff)},
      {"socket.connection.setup.timeout.ms", absl::StrCat(options.connect_timeout)},
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      {"security.protocol",
       sasl ? (tls ? "sasl_ssl" : "sasl_plaintext") : (tls ? "ssl" : "plaintext")},
  };
  if (sasl) {
    texts.emplace_back("sasl.mechanism", NameOf(settings.mechanism));
    texts.emplace_back("sasl.username", settings.username);
    texts.emplace_back("sasl.password", account.SecretAt("password"));
  }
  if (tls) AddTls(settings, account, &texts);
  return texts;
}

}  // namespace scheduler::dispatch
