#ifndef SCHEDULER_CORE_CONNECTION_BROKER_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_BROKER_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/core/connection/secret.h"
#include "scheduler/core/connection/tls_settings.h"

namespace scheduler::core {

// Addresses are "host:port" or "host", with the broker's own port. TLS that is kDefault is disabled.

struct KafkaSettings {
  // No authentication with kNone.
  enum class Mechanism : uint8_t { kNone = 0, kPlain = 1, kScramSha256 = 2, kScramSha512 = 3 };
  std::vector<std::string> brokers;
  Mechanism mechanism = Mechanism::kNone;
  std::string username;
  Secret password;
  TlsSettings tls;
  NamedSecrets secrets;

  friend bool operator==(const KafkaSettings&, const KafkaSettings&) = default;
};

struct RabbitmqSettings {
  std::string address;
  std::string virtual_host;  // empty: "/"
  std::string username;
  Secret password;
  TlsSettings tls;
  NamedSecrets secrets;

  friend bool operator==(const RabbitmqSettings&, const RabbitmqSettings&) = default;
};

struct RedisSettings {
  std::string address;
  int32_t database = 0;
  std::string username;  // empty: the default user
  Secret password;       // kNone: no authentication
  TlsSettings tls;
  NamedSecrets secrets;

  friend bool operator==(const RedisSettings&, const RedisSettings&) = default;
};

struct NatsSettings {
  std::vector<std::string> servers;
  std::string username;
  Secret password;
  Secret token;        // instead of user and password
  Secret credentials;  // likewise: a user's JWT and nkey seed, as in a .creds file
  TlsSettings tls;
  NamedSecrets secrets;

  friend bool operator==(const NatsSettings&, const NatsSettings&) = default;
};

struct PubsubSettings {
  std::string project;
  Secret service_account;  // the JSON key file; kNone: none, for emulators
  std::string endpoint;    // "host:port", in the clear; empty: Google's own, by TLS
  NamedSecrets secrets;

  friend bool operator==(const PubsubSettings&, const PubsubSettings&) = default;
};

// An account of AWS: SQS and Lambda.
struct AwsSettings {
  std::string region;
  std::string endpoint;  // an URL; empty: AWS's own for service and region
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  // kNone: none
  NamedSecrets secrets;

  friend bool operator==(const AwsSettings&, const AwsSettings&) = default;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_BROKER_SETTINGS_H_
