#include "server/converters/broker_settings.h"

#include "scheduler/base/errors.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

constexpr auto kLine = scheduler::secrets::SecretForm::kLine;

constexpr int32_t kMaxRedisDatabase = 1'000'000;

// Which of the ways to authenticate are given.
absl::Status CheckOneWay(const std::string& field, const v1::NatsSettings& settings) {
  const int ways = (settings.username().empty() ? 0 : 1) + (settings.has_token() ? 1 : 0) +
                   (settings.has_credentials() ? 1 : 0);
  if (ways <= 1) return absl::OkStatus();
  return errors::FieldInvalid(StrCat(field, settings.has_token() ? ".token" : ".credentials"),
                              "at most one of username, token and credentials may be given");
}

}  // namespace

absl::StatusOr<core::KafkaSettings> ToKafkaSettings(const std::string& field,
                                                    const v1::KafkaSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::KafkaSettings result;
  DUCTAPE_ASSIGN_OR_RETURN(result.brokers, ToServerAddresses(path("brokers"), settings.brokers()));
  if (!v1::KafkaSettings::Mechanism_IsValid(settings.mechanism())) {
    return errors::FieldInvalid(path("mechanism"), "must be PLAIN, SCRAM_SHA_256 or SCRAM_SHA_512");
  }
  result.mechanism = static_cast<core::KafkaSettings::Mechanism>(settings.mechanism());
  DUCTAPE_RETURN_IF_ERROR(
      CheckUserAndPassword(field, settings.username(), settings.has_password()));
  if ((result.mechanism == core::KafkaSettings::Mechanism::kNone) != settings.username().empty()) {
    return errors::FieldRequired(path(settings.username().empty() ? "username" : "mechanism"),
                                 "mechanism, user and password together");
  }
  DUCTAPE_ASSIGN_OR_RETURN(result.password, ToSecret(path("password"), settings.password(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), true));
  result.username = settings.username();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void KafkaSettingsToProto(const core::KafkaSettings& settings, v1::KafkaSettings* out) {
  for (const std::string& broker : settings.brokers) out->add_brokers(broker);
  out->set_mechanism(static_cast<v1::KafkaSettings::Mechanism>(settings.mechanism));
  out->set_username(settings.username);
  PutSecret(settings.password, out, &v1::KafkaSettings::mutable_password);
  TlsToProto(settings.tls, out);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

absl::StatusOr<core::RabbitmqSettings> ToRabbitmqSettings(const std::string& field,
                                                          const v1::RabbitmqSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::RabbitmqSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckServerAddress(path("address"), settings.address()));
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(path("virtual_host"), settings.virtual_host()));
  DUCTAPE_RETURN_IF_ERROR(CheckRequiredAccount(path("username"), settings.username(), "the user"));
  DUCTAPE_ASSIGN_OR_RETURN(
      result.password,
      ToRequiredSecret(path("password"), settings.has_password(), settings.password(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), true));
  result.address = settings.address();
  result.virtual_host = settings.virtual_host();
  result.username = settings.username();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void RabbitmqSettingsToProto(const core::RabbitmqSettings& settings, v1::RabbitmqSettings* out) {
  out->set_address(settings.address);
  out->set_virtual_host(settings.virtual_host);
  out->set_username(settings.username);
  SecretToProto(settings.password, out->mutable_password());
  TlsToProto(settings.tls, out);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

absl::StatusOr<core::RedisSettings> ToRedisSettings(const std::string& field,
                                                    const v1::RedisSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::RedisSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckServerAddress(path("address"), settings.address()));
  if (settings.database() < 0 || settings.database() > kMaxRedisDatabase) {
    return errors::FieldOutOfRange(path("database"), StrCat(settings.database()),
                                   StrCat("0 to ", kMaxRedisDatabase));
  }
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(path("username"), settings.username()));
  if (!settings.username().empty() && !settings.has_password()) {
    return errors::FieldRequired(path("password"), "the password of the user");
  }
  DUCTAPE_ASSIGN_OR_RETURN(result.password, ToSecret(path("password"), settings.password(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), true));
  result.address = settings.address();
  result.database = settings.database();
  result.username = settings.username();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void RedisSettingsToProto(const core::RedisSettings& settings, v1::RedisSettings* out) {
  out->set_address(settings.address);
  out->set_database(settings.database);
  out->set_username(settings.username);
  PutSecret(settings.password, out, &v1::RedisSettings::mutable_password);
  TlsToProto(settings.tls, out);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

absl::StatusOr<core::NatsSettings> ToNatsSettings(const std::string& field,
                                                  const v1::NatsSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::NatsSettings result;
  DUCTAPE_ASSIGN_OR_RETURN(result.servers, ToServerAddresses(path("servers"), settings.servers()));
  DUCTAPE_RETURN_IF_ERROR(
      CheckUserAndPassword(field, settings.username(), settings.has_password()));
  DUCTAPE_RETURN_IF_ERROR(CheckOneWay(field, settings));
  DUCTAPE_ASSIGN_OR_RETURN(result.password, ToSecret(path("password"), settings.password(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.token, ToSecret(path("token"), settings.token(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.credentials, ToSecret(path("credentials"), settings.credentials(),
                                                        scheduler::secrets::SecretForm::kDocument));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), true));
  result.username = settings.username();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void NatsSettingsToProto(const core::NatsSettings& settings, v1::NatsSettings* out) {
  for (const std::string& server : settings.servers) out->add_servers(server);
  out->set_username(settings.username);
  PutSecret(settings.password, out, &v1::NatsSettings::mutable_password);
  PutSecret(settings.token, out, &v1::NatsSettings::mutable_token);
  PutSecret(settings.credentials, out, &v1::NatsSettings::mutable_credentials);
  TlsToProto(settings.tls, out);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

}  // namespace server
