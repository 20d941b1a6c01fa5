#ifndef SERVER_SYSTEM_TLS_H_
#define SERVER_SYSTEM_TLS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/security/server_credentials.h"
#include "server/config.h"

namespace server {

// Whether the files are there and fit together: certificate and key readable and a pair, the
// authorities readable. INVALID_ARGUMENT with a message for the operator. gRPC's file watcher aborts
// the process on some of what this refuses.
absl::Status CheckTlsFiles(const TlsConfig& config);

// Credentials that follow their files: new connections use what they held `kTlsReloadSeconds` ago at
// the latest. With `client_ca_file` clients must present a certificate of it. Without TLS: plaintext.
// Errors: those of CheckTlsFiles.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const TlsConfig& config);

inline constexpr int kTlsReloadSeconds = 1;

}  // namespace server

#endif  // SERVER_SYSTEM_TLS_H_
