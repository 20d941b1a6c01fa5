#ifndef SERVER_CONVERTERS_SETTINGS_CONVERTER_H_
#define SERVER_CONVERTERS_SETTINGS_CONVERTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// The settings of one environment between wire and domain, of whatever kind, with paths from `field`. Secrets are
// those of secret_converter.h.
namespace server {

absl::StatusOr<scheduler::core::Settings> ToSettings(
    const std::string& field, const ductape::jobs::v1::Connection::Settings& settings);

void SettingsToProto(const scheduler::core::Settings& settings,
                     ductape::jobs::v1::Connection::Settings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_SETTINGS_CONVERTER_H_
