#ifndef SERVER_CONVERTERS_GRPC_FIELDS_H_
#define SERVER_CONVERTERS_GRPC_FIELDS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "server/converters/http_fields.h"

// Addresses and metadata of gRPC calls, checked where they enter: those of targets and of connections. Errors:
// FIELD_REQUIRED, FIELD_INVALID, FIELD_TOO_LARGE, TEMPLATE_NOT_SUPPORTED, TEMPLATE_INVALID, with paths from
// `field`.
namespace server {

// "host:port" or "grpcs://host:port".
absl::Status CheckGrpcAddress(const std::string& field, const std::string& address);

// A key of metadata that a client may set.
absl::Status CheckGrpcKey(const std::string& field, const std::string& key);

// At most limits::kMaxHeaders entries that a client may set, with values of printable ASCII.
absl::Status CheckGrpcMetadata(const std::string& field,
                               const std::map<std::string, std::string>& metadata,
                               Templates templates = std::nullopt);

}  // namespace server

#endif  // SERVER_CONVERTERS_GRPC_FIELDS_H_
