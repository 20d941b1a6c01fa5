#ifndef CLIENT_CPP_CALL_H_
#define CLIENT_CPP_CALL_H_

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/cpp/options.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

// One logical call: as many attempts as it takes and may take, each with a ClientContext of its
// own.
namespace ductape::jobs {

// What one call wants otherwise than the client's options.
struct CallOptions {
  // How long the call may take, all attempts and waits together. Unset:
  // ClientOptions::default_deadline.
  std::optional<absl::Duration> deadline;
  // Sent with every attempt. Keys are in lower case.
  std::multimap<std::string, std::string> metadata;
};

// Whether a call whose outcome is unknown may be sent again. Each method has one (idempotency.h).
enum class Idempotency {
  kSafe,   // a read, or a change that its request_id protects
  kUnsafe  // a repetition could act twice
};

using Attempt = std::function<grpc::Status(grpc::ClientContext*)>;

// Makes `attempt` until it succeeds, fails for good, or `options` allow no more. What is repeated:
// - what the server refused before it acted and answered with RetryInfo: RESOURCE_EXHAUSTED or
//   UNAVAILABLE (OVERLOADED, DISK_FULL, DRAINING, RECOVERING). Of any call.
// - of a kSafe call besides: UNAVAILABLE without RetryInfo (the connection was lost), and ABORTED,
//   REQUEST_IN_PROGRESS (an earlier attempt is still under way).
// The last attempt's error is what it answers; DEADLINE_EXCEEDED once no time is left.
//
// Blocks. Thread-safe.
absl::Status CallWithRetries(const ClientOptions& client, const CallOptions& options,
                             Idempotency idempotency, const Attempt& attempt);

// The wait before retry `retry` (1 is the first): see RetryOptions. `draw` lies in [0, 1).
absl::Duration Backoff(const RetryOptions& retry, int number,
                       std::optional<absl::Duration> asked_for, double draw);

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_CALL_H_
