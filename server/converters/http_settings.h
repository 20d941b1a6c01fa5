#ifndef SERVER_CONVERTERS_HTTP_SETTINGS_H_
#define SERVER_CONVERTERS_HTTP_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// HTTP settings of connections between wire and domain, with paths from `field`.
namespace server {

// Also checks the secret's value, which stays where it is: its Secret is kStored and empty. One without a
// source is kNone.
absl::StatusOr<scheduler::core::HttpSettings> ToHttpSettings(
    const std::string& field, const ductape::jobs::v1::HttpSettings& settings);

void HttpSettingsToProto(const scheduler::core::HttpSettings& settings,
                         ductape::jobs::v1::HttpSettings* out);

// The secret of `auth`; null if it has none. Settings that were checked have one but for an absent
// password.
const ductape::jobs::v1::Secret* SecretOf(const ductape::jobs::v1::Auth& auth);
ductape::jobs::v1::Secret* MutableSecretOf(ductape::jobs::v1::Auth* auth);

}  // namespace server

#endif  // SERVER_CONVERTERS_HTTP_SETTINGS_H_
