#ifndef SERVER_CONVERTERS_MESSAGE_SETTINGS_H_
#define SERVER_CONVERTERS_MESSAGE_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// Settings of what carries messages to people between wire and domain, with paths from `field`. Secrets are those of secret_converter.h.
namespace server {

absl::StatusOr<scheduler::core::SmtpSettings> ToSmtpSettings(
    const std::string& field, const ductape::jobs::v1::SmtpSettings& settings);
void SmtpSettingsToProto(const scheduler::core::SmtpSettings& settings,
                         ductape::jobs::v1::SmtpSettings* out);

absl::StatusOr<scheduler::core::PushSettings> ToPushSettings(
    const std::string& field, const ductape::jobs::v1::PushSettings& settings);
void PushSettingsToProto(const scheduler::core::PushSettings& settings,
                         ductape::jobs::v1::PushSettings* out);

absl::StatusOr<scheduler::core::SmsSettings> ToSmsSettings(
    const std::string& field, const ductape::jobs::v1::SmsSettings& settings);
void SmsSettingsToProto(const scheduler::core::SmsSettings& settings,
                        ductape::jobs::v1::SmsSettings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_MESSAGE_SETTINGS_H_
