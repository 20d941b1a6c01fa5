#ifndef SCHEDULER_CORE_FAILURE_H_
#define SCHEDULER_CORE_FAILURE_H_

#include <string_view>

#include "scheduler/core/model.h"

// The classes of failed attempts: what a run's error code says and whether the retry policy acts on
// it. Executors map their target's answers to these.
//
//   class            retried  HTTP                 gRPC
//   TIMEOUT          yes      no answer in time    DEADLINE_EXCEEDED
//   CONNECTION       yes      refused, reset, DNS  UNAVAILABLE before an answer
//   UNAVAILABLE      yes      5xx, 408             UNAVAILABLE, INTERNAL, UNKNOWN, ABORTED, DATA_LOSS
//   RATE_LIMITED     yes      429                  RESOURCE_EXHAUSTED
//   VALIDATION       no       other 4xx, 3xx       INVALID_ARGUMENT, OUT_OF_RANGE,
//                                                  FAILED_PRECONDITION, UNIMPLEMENTED, ALREADY_EXISTS
//   NOT_FOUND        no       404, 410             NOT_FOUND
//   UNAUTHENTICATED  no       401                  UNAUTHENTICATED
//   FORBIDDEN        no       403                  PERMISSION_DENIED
//   CANCELLED        no       –                    CANCELLED
//   EGRESS_DENIED    no       the egress policy refuses the address
//   EVENT_NOT_FOUND  no       the job's event was deleted
//   CONNECTION_NOT_FOUND  no  the connection that the event names was deleted
//   SECRET_UNAVAILABLE   yes  a secret of the connection could not be read
//   WORKER_LOST      no       redelivered too often
// Any other code (a worker's own) is not retried unless `retryable` is set.
namespace scheduler::core::failure {

inline constexpr std::string_view kTimeout = "TIMEOUT";
inline constexpr std::string_view kConnection = "CONNECTION";
inline constexpr std::string_view kUnavailable = "UNAVAILABLE";
inline constexpr std::string_view kRateLimited = "RATE_LIMITED";
inline constexpr std::string_view kValidation = "VALIDATION";
inline constexpr std::string_view kNotFound = "NOT_FOUND";
inline constexpr std::string_view kUnauthenticated = "UNAUTHENTICATED";
inline constexpr std::string_view kForbidden = "FORBIDDEN";
inline constexpr std::string_view kCancelled = "CANCELLED";
inline constexpr std::string_view kEgressDenied = "EGRESS_DENIED";
inline constexpr std::string_view kEventNotFound = "EVENT_NOT_FOUND";
inline constexpr std::string_view kConnectionNotFound = "CONNECTION_NOT_FOUND";
inline constexpr std::string_view kSecretUnavailable = "SECRET_UNAVAILABLE";
inline constexpr std::string_view kWorkerLost = "WORKER_LOST";

// Whether the class of `code` is retried by default.
bool IsRetryableClass(std::string_view code);

// The class of an HTTP status outside the success codes.
std::string_view ClassOfHttpStatus(int status);

// The class of a gRPC status code (1 … 16).
std::string_view ClassOfGrpcStatus(int code);

// Whether `error` is to be retried: the policy's own lists first (non-retryable wins), then the
// error's `retryable`, then its class.
bool IsRetryable(const RunError& error, const RetryPolicy& policy);

}  // namespace scheduler::core::failure

#endif  // SCHEDULER_CORE_FAILURE_H_
