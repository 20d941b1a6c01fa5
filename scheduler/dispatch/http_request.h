#ifndef SCHEDULER_DISPATCH_HTTP_REQUEST_H_
#define SCHEDULER_DISPATCH_HTTP_REQUEST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/core/model.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/http_message.h"

namespace scheduler::dispatch {

// OK if a target may set this header. INVALID_ARGUMENT with a message for the run's error: the name
// is not an RFC 9110 token, the value holds CR, LF or NUL, or the name is the service's to set
// (core/reserved_headers.h).
absl::Status CheckTargetHeader(const std::string& name, const std::string& value);

// The request that delivers `run` to `target`. The body is the target's own, else the run's input
// as JSON, else "{}"; GET and HEAD have none, DELETE none without either. Content-Type is
// application/json unless the target says otherwise. INVALID_ARGUMENT as CheckTargetHeader and
// BuildUrl.
absl::StatusOr<HttpRequest> BuildHttpRequest(const core::HttpTarget& target, core::ClaimedRun run);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_REQUEST_H_
