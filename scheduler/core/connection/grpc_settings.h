#ifndef SCHEDULER_CORE_CONNECTION_GRPC_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_GRPC_SETTINGS_H_

#include <map>
#include <string>

#include "scheduler/core/connection/http_settings.h"
#include "scheduler/core/connection/secret.h"
#include "scheduler/core/connection/tls_settings.h"

namespace scheduler::core {

// A gRPC server.
struct GrpcSettings {
  std::string address;  // "host:port" in the clear, "grpcs://host:port" by TLS
  std::map<std::string, std::string> metadata;
  HttpAuth auth;    // sent as metadata: neither SigV4Auth nor an ApiKeyAuth in the query
  TlsSettings tls;  // its mode is kDefault; also for the requests by which tokens are had
  NamedSecrets secrets;

  friend bool operator==(const GrpcSettings&, const GrpcSettings&) = default;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_GRPC_SETTINGS_H_
