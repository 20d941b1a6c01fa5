#ifndef SERVER_CONVERTERS_CLOUD_SETTINGS_H_
#define SERVER_CONVERTERS_CLOUD_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// Settings of the accounts of clouds between wire and domain, with paths from `field`. Secrets are those of
// secret_converter.h.
namespace server {

absl::StatusOr<scheduler::core::PubsubSettings> ToPubsubSettings(
    const std::string& field, const ductape::jobs::v1::PubsubSettings& settings);
void PubsubSettingsToProto(const scheduler::core::PubsubSettings& settings,
                           ductape::jobs::v1::PubsubSettings* out);

absl::StatusOr<scheduler::core::AwsSettings> ToAwsSettings(
    const std::string& field, const ductape::jobs::v1::AwsSettings& settings);
void AwsSettingsToProto(const scheduler::core::AwsSettings& settings,
                        ductape::jobs::v1::AwsSettings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_CLOUD_SETTINGS_H_
