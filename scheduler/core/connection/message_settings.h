#ifndef SCHEDULER_CORE_CONNECTION_MESSAGE_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_MESSAGE_SETTINGS_H_

#include <cstdint>
#include <string>

#include "scheduler/core/connection/secret.h"
#include "scheduler/core/connection/tls_settings.h"

namespace scheduler::core {

// A server that takes mail.
struct SmtpSettings {
  enum class Security : uint8_t {
    kStarttls = 1,  // the default: encrypted by STARTTLS, which must succeed
    kTls = 2,       // encrypted from the start (SMTPS)
    kNone = 3,      // in the clear
  };
  std::string address;  // "host:port" or "host": 587, 465 with kTls, 25 with kNone
  Security security = Security::kStarttls;
  std::string username;  // empty: no authentication
  Secret password;
  std::string from;  // "ops@example.com" or "Ops <ops@example.com>"
  TlsSettings tls;   // its mode is kDefault
  NamedSecrets secrets;

  friend bool operator==(const SmtpSettings&, const SmtpSettings&) = default;
};

// A service that pushes to devices.
struct PushSettings {
  enum class Provider : uint8_t { kExpo = 1, kFcm = 2 };
  Provider provider = Provider::kExpo;
  Secret access_token;     // of Expo; kNone: none
  Secret service_account;  // of FCM: the JSON key file
  std::string endpoint;    // an URL instead of the provider's; empty: the provider's
  NamedSecrets secrets;

  friend bool operator==(const PushSettings&, const PushSettings&) = default;
};

// A service that sends short messages.
struct SmsSettings {
  enum class Provider : uint8_t { kTwilio = 1, kVonage = 2, kPlivo = 3 };
  Provider provider = Provider::kTwilio;
  std::string account;   // Twilio's account SID, Vonage's API key, Plivo's auth id
  Secret secret;         // Twilio's auth token, Vonage's API secret, Plivo's auth token
  std::string from;      // the sender that messages have which name none
  std::string endpoint;  // an URL instead of the provider's; empty: the provider's
  NamedSecrets secrets;

  friend bool operator==(const SmsSettings&, const SmsSettings&) = default;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_MESSAGE_SETTINGS_H_
