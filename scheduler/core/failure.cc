#include "scheduler/core/failure.h"

#include <algorithm>
#include <string_view>

namespace scheduler::core::failure {
namespace {

bool Contains(const std::vector<std::string>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

bool IsRetryableClass(std::string_view code) {
  return code == kTimeout || code == kConnection || code == kUnavailable || code == kRateLimited ||
         code == kSecretUnavailable;
}

std::string_view ClassOfHttpStatus(int status) {
  switch (status) {
    case 401:
      return kUnauthenticated;
    case 403:
      return kForbidden;
    case 404:
    case 410:
      return kNotFound;
    case 408:
      return kUnavailable;
    case 429:
      return kRateLimited;
    default:
      return status >= 500 && status <= 599 ? kUnavailable : kValidation;
  }
}

std::string_view ClassOfGrpcStatus(int code) {
  switch (code) {
    case 1:  // CANCELLED
      return kCancelled;
    case 3:   // INVALID_ARGUMENT
    case 6:   // ALREADY_EXISTS
    case 9:   // FAILED_PRECONDITION
    case 11:  // OUT_OF_RANGE
    case 12:  // UNIMPLEMENTED
      return kValidation;
    case 4:  // DEADLINE_EXCEEDED
      return kTimeout;
    case 5:  // NOT_FOUND
      return kNotFound;
    case 7:  // PERMISSION_DENIED
      return kForbidden;
    case 8:  // RESOURCE_EXHAUSTED
      return kRateLimited;
    case 16:  // UNAUTHENTICATED
      return kUnauthenticated;
    default:  // UNKNOWN, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS; other numbers mean UNKNOWN
      return kUnavailable;
  }
}

bool IsRetryable(const RunError& error, const RetryPolicy& policy) {
  if (Contains(policy.non_retryable_codes, error.code)) return false;
  if (Contains(policy.retryable_codes, error.code)) return true;
  return error.retryable.value_or(IsRetryableClass(error.code));
}

}  // namespace scheduler::core::failure
