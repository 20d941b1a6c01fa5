#ifndef SERVER_CONVERTERS_HTTP_SETTINGS_H_
#define SERVER_CONVERTERS_HTTP_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// HTTP settings of connections between wire and domain, with paths from `field`.
namespace server {

// Secrets are those of secret_converter.h.
absl::StatusOr<scheduler::core::HttpSettings> ToHttpSettings(
    const std::string& field, const ductape::jobs::v1::HttpSettings& settings);

void HttpSettingsToProto(const scheduler::core::HttpSettings& settings,
                         ductape::jobs::v1::HttpSettings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_HTTP_SETTINGS_H_
