#ifndef SCHEDULER_DISPATCH_DATABASE_TLS_FILES_H_
#define SCHEDULER_DISPATCH_DATABASE_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/tls_settings.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/database/memory_file.h"

namespace scheduler::dispatch {

// The certificates and keys of settings, as files for client libraries.
struct TlsFiles {
  MemoryFile ca;
  MemoryFile certificate;
  MemoryFile key;
  MemoryFile both;      // certificate and key in one
  std::string ca_path;  // of `ca`, else the service's or the system's; empty: there is none

  // UNAVAILABLE if a secret cannot be read. `ca_file` is the service's own; empty: the system's.
  static absl::StatusOr<TlsFiles> Make(const core::TlsSettings& tls, const std::string& ca_file,
                                       AttemptConnection* connection);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_TLS_FILES_H_
