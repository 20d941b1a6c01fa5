#ifndef SERVER_CONVERTERS_BROKER_SETTINGS_H_
#define SERVER_CONVERTERS_BROKER_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// Settings of brokers between wire and domain, with paths from `field`. Secrets are those of secret_converter.h.
namespace server {

absl::StatusOr<scheduler::core::KafkaSettings> ToKafkaSettings(
    const std::string& field, const ductape::jobs::v1::KafkaSettings& settings);
void KafkaSettingsToProto(const scheduler::core::KafkaSettings& settings,
                          ductape::jobs::v1::KafkaSettings* out);

absl::StatusOr<scheduler::core::RabbitmqSettings> ToRabbitmqSettings(
    const std::string& field, const ductape::jobs::v1::RabbitmqSettings& settings);
void RabbitmqSettingsToProto(const scheduler::core::RabbitmqSettings& settings,
                             ductape::jobs::v1::RabbitmqSettings* out);

absl::StatusOr<scheduler::core::RedisSettings> ToRedisSettings(
    const std::string& field, const ductape::jobs::v1::RedisSettings& settings);
void RedisSettingsToProto(const scheduler::core::RedisSettings& settings,
                          ductape::jobs::v1::RedisSettings* out);

absl::StatusOr<scheduler::core::NatsSettings> ToNatsSettings(
    const std::string& field, const ductape::jobs::v1::NatsSettings& settings);
void NatsSettingsToProto(const scheduler::core::NatsSettings& settings,
                         ductape::jobs::v1::NatsSettings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_BROKER_SETTINGS_H_
