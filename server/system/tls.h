#ifndef SERVER_SYSTEM_TLS_H_
#define SERVER_SYSTEM_TLS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "grpcpp/security/server_credentials.h"
#include "scheduler/base/clock.h"
#include "server/config.h"
#include "server/system/tls_reload.h"

namespace server {

struct TlsCredentials {
  std::shared_ptr<TlsReload> reload;  // outlives what uses the credentials; null without TLS
  std::shared_ptr<grpc::ServerCredentials> credentials;
};

// Credentials that follow their files: new connections use what they held two seconds ago at the
// latest, but for files that are wrong (see TlsReload). With `client_ca_file` clients must present a
// certificate of it. Without TLS: plaintext. Errors: those of TlsReload.
absl::StatusOr<TlsCredentials> MakeCredentials(const TlsConfig& config,
                                               const scheduler::base::Clock* clock);

}  // namespace server

#endif  // SERVER_SYSTEM_TLS_H_
