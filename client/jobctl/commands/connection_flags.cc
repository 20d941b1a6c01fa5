#include "client/jobctl/commands/connection_flags.h"

#include <utility>

#include "absl/status/status.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/parse/key_value.h"
#include "client/jobctl/parse/secret_source.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Auth;
using ductape::jobs::v1::Connection;
using ductape::jobs::v1::HttpSettings;
using ductape::jobs::v1::Secret;
using ConnectionFlags = MessageFlags<Connection>;

HttpSettings* HttpOf(Connection& connection, const std::string& env) {
  return (*connection.mutable_env())[env].mutable_http();
}

template <class Set>
ConnectionFlags::Setter OnHttp(const std::string* env, Set set) {
  return [env, set](const std::string& text, Connection& connection) -> absl::Status {
    return set(text, *HttpOf(connection, *env));
  };
}

// A flag for a secret, which `secret_of` finds a place for.
template <class SecretOf>
ConnectionFlags::Setter OnSecret(Io& io, const std::string* env, SecretOf secret_of) {
  return OnHttp(env, [&io, secret_of](const std::string& text, HttpSettings& http) -> absl::Status {
    absl::StatusOr<Secret> secret = ParseSecret(text, io.in);
    if (!secret.ok()) return secret.status();
    *secret_of(*http.mutable_auth()) = *std::move(secret);
    return absl::OkStatus();
  });
}

void AddBasicFlags(ConnectionFlags& flags, Io& io, const std::string* env) {
  flags.Add("--basic", "USER", "env", "Authenticate as this user, with --password",
            OnHttp(env, [](const std::string& text, HttpSettings& http) {
              http.mutable_auth()->mutable_basic()->set_username(text);
              return absl::OkStatus();
            }));
  flags.Add("--password", kSecretType, "env", "The password of --basic",
            OnSecret(io, env, [](Auth& auth) { return auth.mutable_basic()->mutable_password(); }));
}

void AddApiKeyFlags(ConnectionFlags& flags, Io& io, const std::string* env) {
  flags.Add("--api-key-header", "NAME", "env", "Send --api-key in this header",
            OnHttp(env, [](const std::string& text, HttpSettings& http) {
              http.mutable_auth()->mutable_api_key()->set_header(text);
              return absl::OkStatus();
            }));
  flags.Add("--api-key-query", "NAME", "env", "Send --api-key in this query parameter",
            OnHttp(env, [](const std::string& text, HttpSettings& http) {
              http.mutable_auth()->mutable_api_key()->set_query(text);
              return absl::OkStatus();
            }));
  flags.Add("--api-key", kSecretType, "env", "The key",
            OnSecret(io, env, [](Auth& auth) { return auth.mutable_api_key()->mutable_key(); }));
  flags.OneOf({"--api-key-header", "--api-key-query"});
}

}  // namespace

void AddConnectionFlags(ConnectionFlags& flags, Io& io, const std::string* env) {
  AddNameFlag(flags);
  flags.Add("--base-url", "URL", "env", "HTTP: the URL that the paths of events are appended to",
            OnHttp(env, [](const std::string& text, HttpSettings& http) {
              http.set_base_url(text);
              return absl::OkStatus();
            }));
  flags.AddRepeated(
      "--header", "KEY=VALUE", "env", "A header field of every request; no secrets",
      OnHttp(env, [](const std::string& text,
                     HttpSettings& http) { return PutKeyValue(text, http.mutable_headers()); }),
      [env](Connection& connection) { HttpOf(connection, *env)->clear_headers(); });
  flags.Add("--bearer", kSecretType, "env", "Authenticate by this token",
            OnSecret(io, env, [](Auth& auth) { return auth.mutable_bearer()->mutable_token(); }));
  AddBasicFlags(flags, io, env);
  AddApiKeyFlags(flags, io, env);
  flags.OneOf({"--bearer", "--basic", "--api-key"});
  AddLabelFlag(flags);
}

}  // namespace jobctl
