#include "scheduler/store/settings_wire.h"

#include "scheduler/base/errors.h"
#include "scheduler/store/pairs_wire.h"

namespace scheduler::store::wire {
namespace {

namespace pb = ductape::jobs::store::v1;

absl::Status Corrupt(const char* what) { return base::errors::StoreCorrupt("connection", what); }

// The enum value that a stored number stands for; 0, which is left out, for the first.
template <typename E>
E EnumOf(int stored, E first) {
  return stored == 0 ? first : static_cast<E>(stored);
}

void WriteSecret(const core::Secret& from, pb::Secret* to) {
  switch (from.source) {
    case core::Secret::Source::kNone:
      break;
    case core::Secret::Source::kStored:
      to->mutable_sealed()->set_key_id(from.sealed.key_id);
      to->mutable_sealed()->set_nonce(from.sealed.nonce);
      to->mutable_sealed()->set_ciphertext(from.sealed.ciphertext);
      break;
    case core::Secret::Source::kFile:
      to->set_file(from.name);
      break;
    case core::Secret::Source::kEnvVar:
      to->set_env_var(from.name);
      break;
  }
}

core::Secret ReadSecret(const pb::Secret& from) {
  using Source = core::Secret::Source;
  switch (from.source_case()) {
    case pb::Secret::kSealed:
      return {Source::kStored,
              "",
              {from.sealed().key_id(), from.sealed().nonce(), from.sealed().ciphertext()}};
    case pb::Secret::kFile:
      return {Source::kFile, from.file(), {}};
    case pb::Secret::kEnvVar:
      return {Source::kEnvVar, from.env_var(), {}};
    case pb::Secret::SOURCE_NOT_SET:
      break;
  }
  return {};
}

// Writes the secret to what `out` makes, if there is one.
template <typename Out>
void WriteSecretTo(const core::Secret& from, Out out) {
  if (from.source != core::Secret::Source::kNone) WriteSecret(from, out());
}

void WriteKindOfAuth(const core::Oauth2Auth& from, pb::HttpAuth* auth) {
  pb::HttpAuth::Oauth2* to = auth->mutable_oauth2();
  to->set_token_url(from.token_url);
  to->set_client_id(from.client_id);
  WriteSecret(from.client_secret, to->mutable_client_secret());
  for (const std::string& scope : from.scopes) to->add_scopes(scope);
  to->set_audience(from.audience);
  to->set_in_body(from.in_body);
}

core::Oauth2Auth ReadOauth2(const pb::HttpAuth::Oauth2& from) {
  core::Oauth2Auth to;
  to.token_url = from.token_url();
  to.client_id = from.client_id();
  to.client_secret = ReadSecret(from.client_secret());
  to.scopes.assign(from.scopes().begin(), from.scopes().end());
  to.audience = from.audience();
  to.in_body = from.in_body();
  return to;
}

void WriteKindOfAuth(const core::LoginAuth& from, pb::HttpAuth* auth) {
  pb::HttpAuth::Login* to = auth->mutable_login();
  to->set_method(static_cast<int>(from.method));
  to->set_url(from.url);
  WriteMap(from.headers, to->mutable_headers());
  WriteMap(from.fields, to->mutable_fields());
  to->set_form(from.form);
  to->set_secret_field(from.secret_field);
  WriteSecretTo(from.secret, [to] { return to->mutable_secret(); });
  to->set_token_pointer(from.token_pointer);
  to->set_header(from.header);
  to->set_scheme(from.scheme);
  to->set_ttl(from.ttl);
}

absl::Status ReadLogin(const pb::HttpAuth::Login& from, core::LoginAuth* to) {
  to->method = EnumOf(from.method(), core::HttpMethod::kPost);
  if (to->method < core::HttpMethod::kGet || to->method > core::HttpMethod::kHead) {
    return Corrupt("unknown method of a login");
  }
  to->url = from.url();
  to->headers = ReadMap(from.headers());
  to->fields = ReadMap(from.fields());
  to->form = from.form();
  to->secret_field = from.secret_field();
  to->secret = ReadSecret(from.secret());
  to->token_pointer = from.token_pointer();
  to->header = from.header();
  to->scheme = from.scheme();
  to->ttl = from.ttl();
  return absl::OkStatus();
}

void WriteKindOfAuth(const core::SigV4Auth& from, pb::HttpAuth* auth) {
  pb::HttpAuth::SigV4* to = auth->mutable_sigv4();
  to->set_access_key_id(from.access_key_id);
  WriteSecret(from.secret_access_key, to->mutable_secret_access_key());
  WriteSecretTo(from.session_token, [to] { return to->mutable_session_token(); });
  to->set_region(from.region);
  to->set_service(from.service);
}

core::SigV4Auth ReadSigV4(const pb::HttpAuth::SigV4& from) {
  return {from.access_key_id(), ReadSecret(from.secret_access_key()),
          ReadSecret(from.session_token()), from.region(), from.service()};
}

void WriteAuth(const core::HttpAuth& from, pb::HttpSettings* to) {
  if (const auto* basic = std::get_if<core::BasicAuth>(&from)) {
    pb::HttpAuth::Basic* out = to->mutable_auth()->mutable_basic();
    out->set_username(basic->username);
    WriteSecret(basic->password, out->mutable_password());
  } else if (const auto* bearer = std::get_if<core::BearerAuth>(&from)) {
    WriteSecret(bearer->token, to->mutable_auth()->mutable_bearer()->mutable_token());
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&from)) {
    pb::HttpAuth::ApiKey* out = to->mutable_auth()->mutable_api_key();
    if (api_key->in_query) {
      out->set_query(api_key->name);
    } else {
      out->set_header(api_key->name);
    }
    WriteSecret(api_key->key, out->mutable_key());
  } else if (const auto* oauth2 = std::get_if<core::Oauth2Auth>(&from)) {
    WriteKindOfAuth(*oauth2, to->mutable_auth());
  } else if (const auto* login = std::get_if<core::LoginAuth>(&from)) {
    WriteKindOfAuth(*login, to->mutable_auth());
  } else if (const auto* sigv4 = std::get_if<core::SigV4Auth>(&from)) {
    WriteKindOfAuth(*sigv4, to->mutable_auth());
  }
}

absl::Status ReadAuth(const pb::HttpAuth& from, core::HttpAuth* to) {
  switch (from.kind_case()) {
    case pb::HttpAuth::kBasic:
      *to = core::BasicAuth{from.basic().username(), ReadSecret(from.basic().password())};
      return absl::OkStatus();
    case pb::HttpAuth::kBearer:
      *to = core::BearerAuth{ReadSecret(from.bearer().token())};
      return absl::OkStatus();
    case pb::HttpAuth::kApiKey: {
      const bool in_query = from.api_key().place_case() == pb::HttpAuth::ApiKey::kQuery;
      *to = core::ApiKeyAuth{in_query, in_query ? from.api_key().query() : from.api_key().header(),
                             ReadSecret(from.api_key().key())};
      return absl::OkStatus();
    }
    case pb::HttpAuth::kOauth2:
      *to = ReadOauth2(from.oauth2());
      return absl::OkStatus();
    case pb::HttpAuth::kLogin:
      return ReadLogin(from.login(), &to->emplace<core::LoginAuth>());
    case pb::HttpAuth::kSigv4:
      *to = ReadSigV4(from.sigv4());
      return absl::OkStatus();
    case pb::HttpAuth::KIND_NOT_SET:
      break;
  }
  return Corrupt("an authentication of no kind");
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
  for (const auto& [name, secret] : from.secrets) {
    pb::NamedSecret* const added = to->add_secrets();
    added->set_name(name);
    WriteSecret(secret, added->mutable_secret());
  }
}

absl::Status ReadKind(const pb::HttpSettings& from, core::HttpSettings* to) {
  to->base_url = from.base_url();
  to->headers = ReadMap(from.headers());
  to->proxy = from.proxy();
  for (const pb::NamedSecret& named : from.secrets()) {
    to->secrets[named.name()] = ReadSecret(named.secret());
  }
  if (absl::Status s = ReadTls(from.tls(), &to->tls); !s.ok()) return s;
  return from.has_auth() ? ReadAuth(from.auth(), &to->auth) : absl::OkStatus();
}

void WriteKind(const core::SmtpSettings& from, pb::ConnectionSettings* settings) {
  pb::SmtpSettings* to = settings->mutable_smtp();
  to->set_address(from.address);
  to->set_security(static_cast<pb::SmtpSettings::Security>(from.security));
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  to->set_from(from.from);
  WriteTls(from.tls, to);
}

absl::Status ReadKind(const pb::SmtpSettings& from, core::SmtpSettings* to) {
  if (!pb::SmtpSettings::Security_IsValid(from.security())) return Corrupt("unknown security");
  to->address = from.address();
  to->security = EnumOf(from.security(), core::SmtpSettings::Security::kStarttls);
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->from = from.from();
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
}

absl::Status ReadKind(const pb::KafkaSettings& from, core::KafkaSettings* to) {
  if (!pb::KafkaSettings::Mechanism_IsValid(from.mechanism())) {
    return Corrupt("unknown SASL mechanism");
  }
  to->brokers = ReadTexts(from.brokers());
  to->mechanism = static_cast<core::KafkaSettings::Mechanism>(from.mechanism());
  to->username = from.username();
  to->password = ReadSecret(from.password());
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::RabbitmqSettings& from, pb::ConnectionSettings* settings) {
  pb::RabbitmqSettings* to = settings->mutable_rabbitmq();
  to->set_address(from.address);
  to->set_virtual_host(from.virtual_host);
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteTls(from.tls, to);
}

absl::Status ReadKind(const pb::RabbitmqSettings& from, core::RabbitmqSettings* to) {
  to->address = from.address();
  to->virtual_host = from.virtual_host();
  to->username = from.username();
  to->password = ReadSecret(from.password());
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::RedisSettings& from, pb::ConnectionSettings* settings) {
  pb::RedisSettings* to = settings->mutable_redis();
  to->set_address(from.address);
  to->set_database(from.database);
  to->set_username(from.username);
  WriteSecretTo(from.password, [to] { return to->mutable_password(); });
  WriteTls(from.tls, to);
}

absl::Status ReadKind(const pb::RedisSettings& from, core::RedisSettings* to) {
  to->address = from.address();
  to->database = from.database();
  to->username = from.username();
  to->password = ReadSecret(from.password());
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
}

absl::Status ReadKind(const pb::NatsSettings& from, core::NatsSettings* to) {
  to->servers = ReadTexts(from.servers());
  to->username = from.username();
  to->password = ReadSecret(from.password());
  to->token = ReadSecret(from.token());
  to->credentials = ReadSecret(from.credentials());
  return ReadTls(from.tls(), &to->tls);
}

void WriteKind(const core::PubsubSettings& from, pb::ConnectionSettings* settings) {
  pb::PubsubSettings* to = settings->mutable_pubsub();
  to->set_project(from.project);
  WriteSecretTo(from.service_account, [to] { return to->mutable_service_account(); });
  to->set_endpoint(from.endpoint);
}

absl::Status ReadKind(const pb::PubsubSettings& from, core::PubsubSettings* to) {
  *to = {from.project(), ReadSecret(from.service_account()), from.endpoint()};
  return absl::OkStatus();
}

void WriteKind(const core::PushSettings& from, pb::ConnectionSettings* settings) {
  pb::PushSettings* to = settings->mutable_push();
  to->set_provider(static_cast<pb::PushSettings::Provider>(from.provider));
  WriteSecretTo(from.access_token, [to] { return to->mutable_access_token(); });
  WriteSecretTo(from.service_account, [to] { return to->mutable_service_account(); });
  to->set_endpoint(from.endpoint);
}

absl::Status ReadKind(const pb::PushSettings& from, core::PushSettings* to) {
  if (!pb::PushSettings::Provider_IsValid(from.provider())) return Corrupt("unknown provider");
  *to = {EnumOf(from.provider(), core::PushSettings::Provider::kExpo),
         ReadSecret(from.access_token()), ReadSecret(from.service_account()), from.endpoint()};
  return absl::OkStatus();
}

void WriteKind(const core::SmsSettings& from, pb::ConnectionSettings* settings) {
  pb::SmsSettings* to = settings->mutable_sms();
  to->set_provider(static_cast<pb::SmsSettings::Provider>(from.provider));
  to->set_account(from.account);
  WriteSecretTo(from.secret, [to] { return to->mutable_secret(); });
  to->set_from(from.from);
  to->set_endpoint(from.endpoint);
}

absl::Status ReadKind(const pb::SmsSettings& from, core::SmsSettings* to) {
  if (!pb::SmsSettings::Provider_IsValid(from.provider())) return Corrupt("unknown provider");
  *to = {EnumOf(from.provider(), core::SmsSettings::Provider::kTwilio), from.account(),
         ReadSecret(from.secret()), from.from(), from.endpoint()};
  return absl::OkStatus();
}

void WriteKind(const core::AwsSettings& from, pb::ConnectionSettings* settings) {
  pb::AwsSettings* to = settings->mutable_aws();
  to->set_region(from.region);
  to->set_endpoint(from.endpoint);
  to->set_access_key_id(from.access_key_id);
  WriteSecretTo(from.secret_access_key, [to] { return to->mutable_secret_access_key(); });
  WriteSecretTo(from.session_token, [to] { return to->mutable_session_token(); });
}

absl::Status ReadKind(const pb::AwsSettings& from, core::AwsSettings* to) {
  *to = {from.region(), from.endpoint(), from.access_key_id(), ReadSecret(from.secret_access_key()),
         ReadSecret(from.session_token())};
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
    case pb::ConnectionSettings::KIND_NOT_SET:
      break;
  }
  return Corrupt("settings of no kind");
}

}  // namespace scheduler::store::wire
