#ifndef SCHEDULER_CORE_CONNECTION_CONNECTION_SPEC_H_
#define SCHEDULER_CORE_CONNECTION_CONNECTION_SPEC_H_

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "absl/functional/function_ref.h"
#include "scheduler/core/connection/broker_settings.h"
#include "scheduler/core/connection/database_settings.h"
#include "scheduler/core/connection/grpc_settings.h"
#include "scheduler/core/connection/http_settings.h"
#include "scheduler/core/connection/message_settings.h"
#include "scheduler/core/connection/secret.h"

// A connection as a client defined it: an account or a base address that events use, for each
// environment. Values alone; its secrets stand here encrypted or by reference, never in the clear.
namespace scheduler::core {

// One kind for each kind of target.
using Settings = std::variant<HttpSettings, SmtpSettings, SqlSettings, MongoSettings, KafkaSettings,
                              RabbitmqSettings, RedisSettings, NatsSettings, PubsubSettings,
                              PushSettings, SmsSettings, AwsSettings, GrpcSettings>;

// The kind's name in the API: "http", "sql".
std::string_view KindOf(const Settings& settings);

struct ConnectionSpec {
  std::string product;
  std::string tag;
  std::string name;
  std::map<std::string, Settings> env;  // by environment; "" is the default
  std::map<std::string, std::string> labels;

  friend bool operator==(const ConnectionSpec&, const ConnectionSpec&) = default;
};

// The secrets that templates name, of each kind that has some; null of others.
const NamedSecrets* NamedSecretsOf(const Settings& settings);

// The settings that runs of an environment use: its own, else the default ones; null if there are
// neither. `which` becomes the environment whose settings they are.
const Settings* SettingsFor(const ConnectionSpec& spec, const std::string& env,
                            std::string_view* which);

// The place of a secret in a connection, as the API names it: "env[staging].http.auth.bearer.token" for the
// path "auth.bearer.token" in the settings of "staging".
std::string SecretPlace(std::string_view env, const Settings& settings, std::string_view path);

// Calls `visit` for each secret with its place. Also for those without a source.
void ForEachSecret(ConnectionSpec* spec,
                   absl::FunctionRef<void(const std::string& place, Secret* secret)> visit);
void ForEachSecret(const ConnectionSpec& spec,
                   absl::FunctionRef<void(const std::string& place, const Secret& secret)> visit);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_CONNECTION_SPEC_H_
