#include "server/converters/message_settings.h"

#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/notification/mail_address.h"
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

constexpr auto kDocument = scheduler::secrets::SecretForm::kDocument;
// A name of 256 bytes and an address of 254, with what stands around them.
constexpr size_t kMaxMailboxLength = 1024;

absl::Status CheckMailbox(const std::string& field, const std::string& mailbox) {
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(field, mailbox, kMaxMailboxLength));
  if (mailbox.empty()) return absl::OkStatus();
  const absl::Status status = core::ParseMailAddress(mailbox).status();
  if (status.ok()) return status;
  return errors::FieldInvalid(field, scheduler::base::FromAbsl(status.message()));
}

}  // namespace

absl::StatusOr<core::SmtpSettings> ToSmtpSettings(const std::string& field,
                                                  const v1::SmtpSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::SmtpSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckServerAddress(path("address"), settings.address()));
  if (!v1::SmtpSettings::Security_IsValid(settings.security())) {
    return errors::FieldInvalid(path("security"), "must be STARTTLS, TLS or PLAIN");
  }
  if (settings.security() != v1::SmtpSettings::SECURITY_UNSPECIFIED) {
    result.security = static_cast<core::SmtpSettings::Security>(settings.security());
  }
  DUCTAPE_RETURN_IF_ERROR(
      CheckUserAndPassword(field, settings.username(), settings.has_password()));
  DUCTAPE_ASSIGN_OR_RETURN(result.password, ToSecret(path("password"), settings.password(), kLine));
  DUCTAPE_RETURN_IF_ERROR(CheckMailbox(path("from"), settings.from()));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), false));
  result.address = settings.address();
  result.username = settings.username();
  result.from = settings.from();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void SmtpSettingsToProto(const core::SmtpSettings& settings, v1::SmtpSettings* out) {
  out->set_address(settings.address);
  out->set_security(static_cast<v1::SmtpSettings::Security>(settings.security));
  out->set_username(settings.username);
  PutSecret(settings.password, out, &v1::SmtpSettings::mutable_password);
  out->set_from(settings.from);
  TlsToProto(settings.tls, out);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

absl::StatusOr<core::PushSettings> ToPushSettings(const std::string& field,
                                                  const v1::PushSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::PushSettings result;
  if (settings.provider() == v1::PushSettings::PROVIDER_UNSPECIFIED) {
    return errors::FieldRequired(path("provider"), "EXPO or FCM");
  }
  if (!v1::PushSettings::Provider_IsValid(settings.provider())) {
    return errors::FieldInvalid(path("provider"), "must be EXPO or FCM");
  }
  result.provider = static_cast<core::PushSettings::Provider>(settings.provider());
  const bool fcm = result.provider == core::PushSettings::Provider::kFcm;
  if (fcm && settings.has_access_token()) {
    return errors::FieldInvalid(path("access_token"), "is of EXPO: FCM has a service_account");
  }
  if (fcm != settings.has_service_account()) {
    return fcm ? errors::FieldRequired(path("service_account"), "the JSON key file")
               : errors::FieldInvalid(path("service_account"), "is of FCM");
  }
  DUCTAPE_ASSIGN_OR_RETURN(result.access_token,
                           ToSecret(path("access_token"), settings.access_token(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.service_account, ToSecret(path("service_account"),
                                                            settings.service_account(), kDocument));
  DUCTAPE_RETURN_IF_ERROR(CheckEndpoint(path("endpoint"), settings.endpoint()));
  result.endpoint = settings.endpoint();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void PushSettingsToProto(const core::PushSettings& settings, v1::PushSettings* out) {
  out->set_provider(static_cast<v1::PushSettings::Provider>(settings.provider));
  PutSecret(settings.access_token, out, &v1::PushSettings::mutable_access_token);
  PutSecret(settings.service_account, out, &v1::PushSettings::mutable_service_account);
  out->set_endpoint(settings.endpoint);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

absl::StatusOr<core::SmsSettings> ToSmsSettings(const std::string& field,
                                                const v1::SmsSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::SmsSettings result;
  if (settings.provider() == v1::SmsSettings::PROVIDER_UNSPECIFIED) {
    return errors::FieldRequired(path("provider"), "TWILIO, VONAGE or PLIVO");
  }
  if (!v1::SmsSettings::Provider_IsValid(settings.provider())) {
    return errors::FieldInvalid(path("provider"), "must be TWILIO, VONAGE or PLIVO");
  }
  result.provider = static_cast<core::SmsSettings::Provider>(settings.provider());
  DUCTAPE_RETURN_IF_ERROR(CheckRequiredAccount(path("account"), settings.account(), "the account"));
  DUCTAPE_ASSIGN_OR_RETURN(result.secret, ToRequiredSecret(path("secret"), settings.has_secret(),
                                                           settings.secret(), kLine));
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(path("from"), settings.from()));
  DUCTAPE_RETURN_IF_ERROR(CheckEndpoint(path("endpoint"), settings.endpoint()));
  result.account = settings.account();
  result.from = settings.from();
  result.endpoint = settings.endpoint();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void SmsSettingsToProto(const core::SmsSettings& settings, v1::SmsSettings* out) {
  out->set_provider(static_cast<v1::SmsSettings::Provider>(settings.provider));
  out->set_account(settings.account);
  SecretToProto(settings.secret, out->mutable_secret());
  out->set_from(settings.from);
  out->set_endpoint(settings.endpoint);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

}  // namespace server
