#ifndef SERVER_CONVERTERS_GRPC_SETTINGS_H_
#define SERVER_CONVERTERS_GRPC_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/grpc_settings.h"

// gRPC settings of connections between wire and domain, with paths from `field`.
namespace server {

// Secrets are those of secret_converter.h.
absl::StatusOr<scheduler::core::GrpcSettings> ToGrpcSettings(
    const std::string& field, const ductape::jobs::v1::GrpcSettings& settings);

void GrpcSettingsToProto(const scheduler::core::GrpcSettings& settings,
                         ductape::jobs::v1::GrpcSettings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_GRPC_SETTINGS_H_
