#ifndef SCHEDULER_CORE_CONNECTION_HTTP_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_HTTP_SETTINGS_H_

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/connection/secret.h"
#include "scheduler/core/connection/tls_settings.h"
#include "scheduler/core/target.h"

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
// A token that an authorization server gives for the client's credentials (RFC 6749, 4.4). It is sent as a
// bearer token.
struct Oauth2Auth {
  std::string token_url;  // absolute
  std::string client_id;
  Secret client_secret;
  std::vector<std::string> scopes;
  std::string audience;  // empty: none is named
  bool in_body = false;  // the credentials are sent as parameters; else by HTTP Basic

  friend bool operator==(const Oauth2Auth&, const Oauth2Auth&) = default;
};
// A token that a request of its own is answered with.
struct LoginAuth {
  HttpMethod method = HttpMethod::kPost;
  std::string url;  // absolute
  std::map<std::string, std::string> headers;
  // The body: as application/x-www-form-urlencoded with `form`, else JSON, where a name that begins with "/"
  // is the JSON pointer (RFC 6901) of a member. Those of a GET are query parameters.
  std::map<std::string, std::string> fields;
  bool form = false;
  std::string secret_field;  // the field whose value is `secret`; empty: there is none
  Secret secret;
  std::string token_pointer;  // where the token stands in the answer, a JSON pointer
  std::string header;         // that the token is sent in
  std::string scheme;         // before the token and a space; empty: the token alone
  base::Millis ttl = 0;       // 0: limits::kDefaultTokenTtl

  friend bool operator==(const LoginAuth&, const LoginAuth&) = default;
};
// Requests signed for AWS, by Signature Version 4.
struct SigV4Auth {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  // kNone: none
  std::string region;
  std::string service;

  friend bool operator==(const SigV4Auth&, const SigV4Auth&) = default;
};
using HttpAuth = std::variant<std::monostate, BasicAuth, BearerAuth, ApiKeyAuth, Oauth2Auth,
                              LoginAuth, SigV4Auth>;

struct HttpSettings {
  std::string base_url;  // absolute, without query; empty: events give whole URLs
  std::map<std::string, std::string> headers;
  HttpAuth auth;
  TlsSettings tls;    // its mode is kDefault; also for the requests by which tokens are had
  std::string proxy;  // "http://HOST:PORT" that all requests go through; empty: none
  NamedSecrets secrets;

  friend bool operator==(const HttpSettings&, const HttpSettings&) = default;
};

// The name of the header that `auth` sets; empty if it sets none.
std::string_view AuthHeader(const HttpAuth& auth);

// The one secret of `auth`, null if it has none. `path` becomes its place below the settings:
// "auth.bearer.token". Of SigV4Auth it is the key.
const Secret* SecretOf(const HttpAuth& auth, std::string_view* path);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_HTTP_SETTINGS_H_
