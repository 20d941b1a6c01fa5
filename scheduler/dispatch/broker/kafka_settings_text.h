#ifndef SCHEDULER_DISPATCH_BROKER_KAFKA_SETTINGS_TEXT_H_
#define SCHEDULER_DISPATCH_BROKER_KAFKA_SETTINGS_TEXT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/millis.h"
#include "scheduler/dispatch/broker/broker_message.h"
#include "scheduler/dispatch/broker/broker_options.h"

namespace scheduler::dispatch {

// What a client of Kafka is for.
enum class KafkaUse : uint8_t {
  kMessages,  // idempotent, for which the cluster gives it an id
  kProbe,     // nothing: it asks for no id, which the cluster would keep
};

// What an account is in librdkafka's words (its CONFIGURATION.md). INVALID_ARGUMENT for what it has no word for:
// an address that is none, a server name that differs from the host's. Holds secrets.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> KafkaSettingsText(
    const BrokerAccount& account, base::Millis message_timeout, const BrokerOptions& options,
    KafkaUse use = KafkaUse::kMessages);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_KAFKA_SETTINGS_TEXT_H_
