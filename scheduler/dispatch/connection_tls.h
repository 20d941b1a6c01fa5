#ifndef SCHEDULER_DISPATCH_CONNECTION_TLS_H_
#define SCHEDULER_DISPATCH_CONNECTION_TLS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/tls_settings.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/http_transport.h"

namespace scheduler::dispatch {

// The certificates of a connection, read from where they are; never null. UNAVAILABLE: one cannot be read, which
// may block on a file.
absl::StatusOr<std::shared_ptr<HttpTransport>> ReadTls(const core::TlsSettings& tls,
                                                       AttemptConnection* connection);

// How a token is asked for, for a target that is reached by `of_target`, which may be null. The server name is
// that of the target's certificate, not of another host's.
std::shared_ptr<const HttpTransport> TokenTransport(std::shared_ptr<const HttpTransport> of_target,
                                                    bool same_host);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_CONNECTION_TLS_H_
