#include "scheduler/store/settings_wire.h"

#include "scheduler/base/errors.h"
#include "scheduler/store/auth_wire.h"
#include "scheduler/store/pairs_wire.h"
#include "scheduler/store/secret_wire.h"

namespace scheduler::store::wire {
namespace {

absl::Status Corrupt(const char* what) { return base::errors::StoreCorrupt("connection", what); }

// The enum value that a stored number stands for; 0, which is left out, for the first.
template <typename E>
E EnumOf(int stored, E first) {
  return stored == 0 ? first : static_cast<E>(stored);
}

template <typename Out>
void WriteAuth(const core::HttpAuth& from, Out* settings) {
  if (!std::holds_alternative<std::monostate>(from)) Write(from, settings->mutable_auth());
}

template <typename Out>
void WriteTls(const core::TlsSettings& from, Out* settings) {
  if (from == core::TlsSettings()) return;
  pb::TlsSettings* to = settings->mutable_tls();
  to->set_mode(static_cast<pb::TlsSettings::Mode>(from.mode));
  WriteSecretTo(from.ca_certificates, [to] { return to->mutable_ca_certificates(); });
  WriteSecretTo(from.client_certificate, [to] { return to->mutable_client_certificate(); });
  WriteSecretTo(from.client_key, [to] { return to->mutable_client_key(); });
  to->set_server_name(from.server_name);
  to->set_insecure_skip_verify(from.insecure_skip_verify);
}

absl::Status ReadTls(const pb::TlsSettings& from, core::TlsSettings* to) {
  if (!pb::TlsSettings::Mode_IsValid(from.mode())) return Corrupt("unknown mode of TLS");
  to->mode = static_cast<core::TlsSettings::Mode>(from.mode());
  to->ca_certificates = ReadSecret(from.ca_certificates());
  to->client_certificate = ReadSecret(from.client_certificate());
  to->client_key = ReadSecret(from.client_key());
  to->server_name = from.server_name();
  to->insecure_skip_verify = from.insecure_skip_verify();
  return absl::OkStatus();
}

void WriteKind(const core::HttpSettings& from, pb::ConnectionSettings* settings) {
  pb::HttpSettings* to = settings->mutable_http();
  to->set_base_url(from.base_url);
  WriteMap(from.headers, to->mutable_headers());
  WriteAuth(from.auth, to);
  WriteTls(from.tls, to);
  to->set_proxy(from.proxy);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::HttpSettings& from, core::HttpSettings* to) {
  to->base_url = from.base_url();
  to->headers = ReadMap(from.headers());
  to->proxy = from.proxy();
  to->secrets = ReadNamed(from);
  if (absl::Status s = ReadTls(from.tls(), &to->tls); !s.ok()) return s;
  return from.has_auth() ? Read(from.auth(), &to->auth) : absl::OkStatus();
}

void WriteKind(const core::GrpcSettings& from, pb::ConnectionSettings* settings) {
  pb::GrpcSettings* to = settings->mutable_grpc();
  to->set_address(from.address);
  WriteMap(from.metadata, to->mutable_metadata());
  WriteAuth(from.auth, to);
  WriteTls(from.tls, to);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::GrpcSettings& from, core::GrpcSettings* to) {
  to->address = from.address();
  to->metadata = ReadMap(from.metadata());
  to->secrets = ReadNamed(from);
  if (absl::Status s = ReadTls(from.tls(), &to->tls); !s.ok()) return s;
  return from.has_auth() ? Read(from.auth(), &to->auth) : absl::OkStatus();
}

void WriteKind(const core::SmtpSettings& from, pb::ConnectionSettings* settings) {
  pb::SmtpSettings* to = settings->mutable_smtp();
  to->set_address(from.address);
  to->set_security(static_cast<pb::SmtpSettings::Security>(from.security));
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  to->set_from(from.from);
  WriteTls(from.tls, to);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::SmtpSettings& from, core::SmtpSettings* to) {
  if (!pb::SmtpSettings::Security_IsValid(from.security())) return Corrupt("unknown security");
  to->address = from.address();
  to->security = EnumOf(from.security(), core::SmtpSettings::Security::kStarttls);
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->from = from.from();
  to->secrets = ReadNamed(from);
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::SqlSettings& from, pb::ConnectionSettings* settings) {
  pb::SqlSettings* to = settings->mutable_sql();
  to->set_engine(static_cast<pb::SqlSettings::Engine>(from.engine));
  to->set_address(from.address);
  to->set_database(from.database);
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteTls(from.tls, to);
  to->set_max_connections(from.max_connections);
  to->set_read_only(from.read_only);
}

absl::Status ReadKind(const pb::SqlSettings& from, core::SqlSettings* to) {
  if (!pb::SqlSettings::Engine_IsValid(from.engine())) return Corrupt("unknown SQL engine");
  to->engine = EnumOf(from.engine(), core::SqlSettings::Engine::kPostgresql);
  to->address = from.address();
  to->database = from.database();
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->max_connections = from.max_connections();
  to->read_only = from.read_only();
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::MongoSettings& from, pb::ConnectionSettings* settings) {
  pb::MongoSettings* to = settings->mutable_mongo();
  to->set_uri(from.uri);
  to->set_database(from.database);
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  to->set_auth_source(from.auth_source);
  WriteTls(from.tls, to);
  to->set_max_connections(from.max_connections);
  to->set_read_only(from.read_only);
}

absl::Status ReadKind(const pb::MongoSettings& from, core::MongoSettings* to) {
  to->uri = from.uri();
  to->database = from.database();
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->auth_source = from.auth_source();
  to->max_connections = from.max_connections();
  to->read_only = from.read_only();
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::KafkaSettings& from, pb::ConnectionSettings* settings) {
  pb::KafkaSettings* to = settings->mutable_kafka();
  WriteTexts(from.brokers, to->mutable_brokers());
  to->set_mechanism(static_cast<pb::KafkaSettings::Mechanism>(from.mechanism));
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteTls(from.tls, to);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::KafkaSettings& from, core::KafkaSettings* to) {
  if (!pb::KafkaSettings::Mechanism_IsValid(from.mechanism())) {
    return Corrupt("unknown SASL mechanism");
  }
  to->brokers = ReadTexts(from.brokers());
  to->mechanism = static_cast<core::KafkaSettings::Mechanism>(from.mechanism());
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->secrets = ReadNamed(from);
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::RabbitmqSettings& from, pb::ConnectionSettings* settings) {
  pb::RabbitmqSettings* to = settings->mutable_rabbitmq();
  to->set_address(from.address);
  to->set_virtual_host(from.virtual_host);
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteTls(from.tls, to);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::RabbitmqSettings& from, core::RabbitmqSettings* to) {
  to->address = from.address();
  to->virtual_host = from.virtual_host();
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->secrets = ReadNamed(from);
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::RedisSettings& from, pb::ConnectionSettings* settings) {
  pb::RedisSettings* to = settings->mutable_redis();
  to->set_address(from.address);
  to->set_database(from.database);
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteTls(from.tls, to);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::RedisSettings& from, core::RedisSettings* to) {
  to->address = from.address();
  to->database = from.database();
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->secrets = ReadNamed(from);
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::NatsSettings& from, pb::ConnectionSettings* settings) {
  pb::NatsSettings* to = settings->mutable_nats();
  WriteTexts(from.servers, to->mutable_servers());
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteSecretTo(from.token, [to] { return to->mutable_token(); });
  WriteSecretTo(from.credentials, [to] { return to->mutable_credentials(); });
  WriteTls(from.tls, to);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::NatsSettings& from, core::NatsSettings* to) {
  to->servers = ReadTexts(from.servers());
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->token = ReadSecret(from.token());
  to->credentials = ReadSecret(from.credentials());
  to->secrets = ReadNamed(from);
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::PubsubSettings& from, pb::ConnectionSettings* settings) {
  pb::PubsubSettings* to = settings->mutable_pubsub();
  to->set_project(from.project);
  WriteSecretTo(from.service_account, [to] { return to->mutable_service_account(); });
  to->set_endpoint(from.endpoint);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::PubsubSettings& from, core::PubsubSettings* to) {
  *to = {from.project(), ReadSecret(from.service_account()), from.endpoint(), ReadNamed(from)};
  return absl::OkStatus();
}

void WriteKind(const core::PushSettings& from, pb::ConnectionSettings* settings) {
  pb::PushSettings* to = settings->mutable_push();
  to->set_provider(static_cast<pb::PushSettings::Provider>(from.provider));
  WriteSecretTo(from.access_token, [to] { return to->mutable_access_token(); });
  WriteSecretTo(from.service_account, [to] { return to->mutable_service_account(); });
  to->set_endpoint(from.endpoint);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::PushSettings& from, core::PushSettings* to) {
  if (!pb::PushSettings::Provider_IsValid(from.provider())) return Corrupt("unknown provider");
  *to = {EnumOf(from.provider(), core::PushSettings::Provider::kExpo),
         ReadSecret(from.access_token()), ReadSecret(from.service_account()), from.endpoint(),
         ReadNamed(from)};
  return absl::OkStatus();
}

void WriteKind(const core::SmsSettings& from, pb::ConnectionSettings* settings) {
  pb::SmsSettings* to = settings->mutable_sms();
  to->set_provider(static_cast<pb::SmsSettings::Provider>(from.provider));
  to->set_account(from.account);
  WriteSecretTo(from.secret, [to] { return to->mutable_secret(); });
  to->set_from(from.from);
  to->set_endpoint(from.endpoint);
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::SmsSettings& from, core::SmsSettings* to) {
  if (!pb::SmsSettings::Provider_IsValid(from.provider())) return Corrupt("unknown provider");
  *to = {EnumOf(from.provider(), core::SmsSettings::Provider::kTwilio),
         from.account(),
         ReadSecret(from.secret()),
         from.from(),
         from.endpoint(),
         ReadNamed(from)};
  return absl::OkStatus();
}

void WriteKind(const core::AwsSettings& from, pb::ConnectionSettings* settings) {
  pb::AwsSettings* to = settings->mutable_aws();
  to->set_region(from.region);
  to->set_endpoint(from.endpoint);
  to->set_access_key_id(from.access_key_id);
  WriteSecretTo(from.secret_access_key, [to] { return to->mutable_secret_access_key(); });
  WriteSecretTo(from.session_token, [to] { return to->mutable_session_token(); });
  WriteNamed(from.secrets, to);
}

absl::Status ReadKind(const pb::AwsSettings& from, core::AwsSettings* to) {
  *to = {from.region(),
         from.endpoint(),
         from.access_key_id(),
         ReadSecret(from.secret_access_key()),
         ReadSecret(from.session_token()),
         ReadNamed(from)};
  return absl::OkStatus();
}

}  // namespace

void Write(const core::Settings& from, pb::ConnectionSettings* to) {
  std::visit([to](const auto& kind) { WriteKind(kind, to); }, from);
}

absl::Status Read(const pb::ConnectionSettings& from, core::Settings* to) {
  switch (from.kind_case()) {
    case pb::ConnectionSettings::kHttp:
      return ReadKind(from.http(), &to->emplace<core::HttpSettings>());
    case pb::ConnectionSettings::kSmtp:
      return ReadKind(from.smtp(), &to->emplace<core::SmtpSettings>());
    case pb::ConnectionSettings::kSql:
      return ReadKind(from.sql(), &to->emplace<core::SqlSettings>());
    case pb::ConnectionSettings::kMongo:
      return ReadKind(from.mongo(), &to->emplace<core::MongoSettings>());
    case pb::ConnectionSettings::kKafka:
      return ReadKind(from.kafka(), &to->emplace<core::KafkaSettings>());
    case pb::ConnectionSettings::kRabbitmq:
      return ReadKind(from.rabbitmq(), &to->emplace<core::RabbitmqSettings>());
    case pb::ConnectionSettings::kRedis:
      return ReadKind(from.redis(), &to->emplace<core::RedisSettings>());
    case pb::ConnectionSettings::kNats:
      return ReadKind(from.nats(), &to->emplace<core::NatsSettings>());
    case pb::ConnectionSettings::kPubsub:
      return ReadKind(from.pubsub(), &to->emplace<core::PubsubSettings>());
    case pb::ConnectionSettings::kPush:
      return ReadKind(from.push(), &to->emplace<core::PushSettings>());
    case pb::ConnectionSettings::kSms:
      return ReadKind(from.sms(), &to->emplace<core::SmsSettings>());
    case pb::ConnectionSettings::kAws:
      return ReadKind(from.aws(), &to->emplace<core::AwsSettings>());
    case pb::ConnectionSettings::kGrpc:
      return ReadKind(from.grpc(), &to->emplace<core::GrpcSettings>());
    case pb::ConnectionSettings::KIND_NOT_SET:
      break;
  }
  return Corrupt("settings of no kind");
}

}  // namespace scheduler::store::wire
