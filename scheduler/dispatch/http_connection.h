#ifndef SCHEDULER_DISPATCH_HTTP_CONNECTION_H_
#define SCHEDULER_DISPATCH_HTTP_CONNECTION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/http_transport.h"
#include "scheduler/dispatch/sigv4.h"
#include "scheduler/dispatch/token_request.h"

namespace scheduler::dispatch {

// A target with what its connection adds.
struct ConnectedTarget {
  core::HttpTarget target;
  std::shared_ptr<const HttpTransport> transport;  // null: as usual
  std::optional<TokenRequest> token;               // to be had before the request is sent
  TokenHeader token_header;                        // where it goes
  std::shared_ptr<const AwsKey> key;               // to sign the request with; null: it is not
};

// `target` with what its connection adds: the whole URL, the headers of both, and the secret where it is
// sent. What the target says itself wins. The connection's redactor then knows what is secret of that.
//
// Errors are for the run (attempt_results.h, UnsentAttempt):
//   INVALID_ARGUMENT  the connection is of another kind, or the URL does not go with its base URL
//   UNAVAILABLE       a secret cannot be read
absl::StatusOr<ConnectedTarget> Connect(const core::HttpTarget& target,
                                        AttemptConnection* connection);

// The same for a test of a connection without base URL, of which all that can be tried is how its token is had:
// the target has no URL, and nothing is sent to it. INVALID_ARGUMENT also where the connection has no token.
absl::StatusOr<ConnectedTarget> ConnectForToken(AttemptConnection* connection);

// `target` with the token in its header.
core::HttpTarget WithToken(const core::HttpTarget& target, const TokenHeader& header,
                           std::string_view token);

// What the certificates and the proxy of an HTTP connection make of its requests; null if they change
// nothing. UNAVAILABLE: a certificate or key cannot be read.
absl::StatusOr<std::shared_ptr<const HttpTransport>> TransportOf(const core::HttpSettings& settings,
                                                                 AttemptConnection* connection);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_CONNECTION_H_
