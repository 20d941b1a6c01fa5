#ifndef SCHEDULER_DISPATCH_HTTP_CONNECTION_H_
#define SCHEDULER_DISPATCH_HTTP_CONNECTION_H_

#include "absl/status/statusor.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/attempt_connection.h"

namespace scheduler::dispatch {

// `target` with what its connection adds: the whole URL, the headers of both, and the secret where it is
// sent. What the target says itself wins. The connection's redactor then knows what is secret of that.
//
// Errors are for the run (attempt_results.h, UnsentAttempt):
//   INVALID_ARGUMENT  the connection is of another kind, or the URL does not go with its base URL
//   UNAVAILABLE       the secret cannot be read
absl::StatusOr<core::HttpTarget> Connect(const core::HttpTarget& target,
                                         AttemptConnection* connection);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_CONNECTION_H_
