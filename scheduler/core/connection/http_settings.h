#ifndef SCHEDULER_CORE_CONNECTION_HTTP_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_HTTP_SETTINGS_H_

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "scheduler/core/connection/secret.h"

namespace scheduler::core {

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

// The name of the header that `auth` sets; empty if it sets none.
std::string_view AuthHeader(const HttpAuth& auth);

// The secret of `auth`, null if it has none. `path` becomes its place below the settings:
// "auth.bearer.token".
const Secret* SecretOf(const HttpAuth& auth, std::string_view* path);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_HTTP_SETTINGS_H_
