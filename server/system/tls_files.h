#ifndef SERVER_SYSTEM_TLS_FILES_H_
#define SERVER_SYSTEM_TLS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/config.h"

namespace server {

// What the files of a TlsConfig hold, as PEM.
struct TlsFiles {
  std::string cert;
  std::string key;
  std::string client_ca;  // empty without one

  bool operator==(const TlsFiles&) const = default;
};

// INVALID_ARGUMENT, with a message for the operator that names the flag and the file, if one of them is
// no file, cannot be read, or is too large.
absl::StatusOr<TlsFiles> ReadTlsFiles(const TlsConfig& config);

// Whether they fit together: a certificate and its key, and authorities. INVALID_ARGUMENT as above.
// gRPC's file watcher aborts the process on some of what this refuses.
absl::Status CheckTlsFiles(const TlsConfig& config, const TlsFiles& files);

}  // namespace server

#endif  // SERVER_SYSTEM_TLS_FILES_H_
