#ifndef SCHEDULER_CORE_CONNECTION_CONNECTION_SPEC_H_
#define SCHEDULER_CORE_CONNECTION_CONNECTION_SPEC_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "absl/functional/function_ref.h"

// A connection as a client defined it: an account or a base address that events use, for each
// environment. Values alone; its secrets stand here encrypted or by reference, never in the clear.
namespace scheduler::core {

// A secret as it is stored: encrypted under one of the server's keys (scheduler/secrets/secret_box.h).
struct SealedText {
  std::string key_id;
  std::string nonce;
  std::string ciphertext;

  friend bool operator==(const SealedText&, const SealedText&) = default;
};

// Where a secret comes from.
struct Secret {
  enum class Source : uint8_t {
    kNone = 0,
    kStored = 1,  // `sealed`
    kFile = 2,    // the file of the server whose path is `name`
    kEnvVar = 3,  // the environment variable of the server `name`
  };
  Source source = Source::kNone;
  std::string name;
  SealedText sealed;

  friend bool operator==(const Secret&, const Secret&) = default;
};

// How HTTP requests show who sends them.
struct BasicAuth {
  std::string username;
  Secret password;  // kNone: the empty one

  friend bool operator==(const BasicAuth&, const BasicAuth&) = default;
};
struct BearerAuth {
  Secret token;

  friend bool operator==(const BearerAuth&, const BearerAuth&) = default;
};
struct ApiKeyAuth {
  bool in_query = false;  // else in a header
  std::string name;       // of the header or the parameter
  Secret key;

  friend bool operator==(const ApiKeyAuth&, const ApiKeyAuth&) = default;
};
using HttpAuth = std::variant<std::monostate, BasicAuth, BearerAuth, ApiKeyAuth>;

struct HttpSettings {
  std::string base_url;  // absolute, without query; empty: events give whole URLs
  std::map<std::string, std::string> headers;
  HttpAuth auth;

  friend bool operator==(const HttpSettings&, const HttpSettings&) = default;
};

// One kind for each kind of target.
using Settings = std::variant<HttpSettings>;

struct ConnectionSpec {
  std::string product;
  std::string tag;
  std::string name;
  std::map<std::string, Settings> env;  // by environment; "" is the default
  std::map<std::string, std::string> labels;

  friend bool operator==(const ConnectionSpec&, const ConnectionSpec&) = default;
};

// The settings that runs of an environment use: its own, else the default ones; null if there are
// neither. `which` becomes the environment whose settings they are.
const Settings* SettingsFor(const ConnectionSpec& spec, const std::string& env,
                            std::string_view* which);

// The name of the header that `auth` sets; empty if it sets none.
std::string_view AuthHeader(const HttpAuth& auth);

// Calls `visit` for each secret with its place in the connection, as the API names it:
// "env[staging].http.auth.bearer.token". Also for those without a source.
void ForEachSecret(ConnectionSpec* spec,
                   absl::FunctionRef<void(const std::string& place, Secret* secret)> visit);
void ForEachSecret(const ConnectionSpec& spec,
                   absl::FunctionRef<void(const std::string& place, const Secret& secret)> visit);

// The secret of an environment's `auth` and its place, null if it has none.
const Secret* SecretOf(std::string_view env, const HttpAuth& auth, std::string* place);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_CONNECTION_SPEC_H_
