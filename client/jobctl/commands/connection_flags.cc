#include "client/jobctl/commands/connection_flags.h"

#include <utility>

#include "absl/status/status.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/parse/key_value.h"
#include "client/jobctl/parse/member.h"
#include "client/jobctl/parse/secret_source.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Auth;
using ductape::jobs::v1::Connection;
using ductape::jobs::v1::HttpSettings;
using ductape::jobs::v1::Secret;
using ConnectionFlags = MessageFlags<Connection>;

Connection::Settings* SettingsOf(Connection& connection, const std::string& env) {
  return &(*connection.mutable_env())[env];
}

HttpSettings* HttpOf(Connection& connection, const std::string& env) {
  return SettingsOf(connection, env)->mutable_http();
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

// Settings are of one kind. Flags of another would replace what was there without a word.
absl::Status CheckKind(const Connection::Settings& settings,
                       Connection::Settings::KindCase wanted) {
  if (settings.kind_case() == Connection::Settings::KIND_NOT_SET ||
      settings.kind_case() == wanted) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("the settings of an environment are of one kind");
}

// Settings of many members, which one flag sets one by one.
template <class Settings>
void AddKindFlag(ConnectionFlags& flags, Io& io, const std::string* env, const std::string& name,
                 const std::string& help, Connection::Settings::KindCase wanted,
                 Settings* (Connection::Settings::*kind)()) {
  flags.AddRepeated(
      "--" + name, kMemberType, "env", help,
      [&io, env, wanted, kind](const std::string& text, Connection& connection) -> absl::Status {
        Connection::Settings* const settings = SettingsOf(connection, *env);
        absl::Status status = CheckKind(*settings, wanted);
        return status.ok() ? SetMember(text, io.in, (settings->*kind)()) : status;
      });
}

void AddKindFlags(ConnectionFlags& flags, Io& io, const std::string* env) {
  using Settings = Connection::Settings;
  AddKindFlag(flags, io, env, "http",
              "HTTP, what has no flag of its own: auth.oauth2.token_url, auth.login.url, "
              "auth.sigv4.region, tls.ca_certificates, proxy, secrets.NAME, …",
              Settings::kHttp, &Settings::mutable_http);
  AddKindFlag(
      flags, io, env, "grpc",
      "gRPC: address, metadata.KEY, auth.bearer.token, tls.ca_certificates, secrets.NAME, …",
      Settings::kGrpc, &Settings::mutable_grpc);
  AddKindFlag(flags, io, env, "sql",
              "PostgreSQL, MySQL: engine, address, database, username, password, tls.mode, …",
              Settings::kSql, &Settings::mutable_sql);
  AddKindFlag(flags, io, env, "mongo", "MongoDB: uri, database, username, password, …",
              Settings::kMongo, &Settings::mutable_mongo);
  AddKindFlag(flags, io, env, "kafka", "Kafka: brokers, mechanism, username, password, tls.mode, …",
              Settings::kKafka, &Settings::mutable_kafka);
  AddKindFlag(flags, io, env, "rabbitmq",
              "RabbitMQ: address, virtual_host, username, password, tls.mode, …",
              Settings::kRabbitmq, &Settings::mutable_rabbitmq);
  AddKindFlag(flags, io, env, "redis", "Redis: address, database, username, password, tls.mode, …",
              Settings::kRedis, &Settings::mutable_redis);
  AddKindFlag(flags, io, env, "nats",
              "NATS: servers, username, password, token, credentials, tls.mode, …", Settings::kNats,
              &Settings::mutable_nats);
  AddKindFlag(flags, io, env, "pubsub", "Google Pub/Sub: project, service_account, endpoint",
              Settings::kPubsub, &Settings::mutable_pubsub);
  AddKindFlag(flags, io, env, "aws",
              "AWS, for SQS and Lambda: region, access_key_id, secret_access_key, session_token, "
              "endpoint",
              Settings::kAws, &Settings::mutable_aws);
  AddKindFlag(flags, io, env, "smtp", "Mail: address, security, username, password, from, …",
              Settings::kSmtp, &Settings::mutable_smtp);
  AddKindFlag(flags, io, env, "push", "Push: provider, access_token, service_account, endpoint",
              Settings::kPush, &Settings::mutable_push);
  AddKindFlag(flags, io, env, "sms", "SMS: provider, account, secret, from, endpoint",
              Settings::kSms, &Settings::mutable_sms);
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
  AddKindFlags(flags, io, env);
  AddLabelFlag(flags);
}

}  // namespace jobctl
