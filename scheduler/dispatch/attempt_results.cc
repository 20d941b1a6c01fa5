#include "scheduler/dispatch/attempt_results.h"

#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/core/transitions.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {

AttemptResult FailedAttempt(std::string_view code, std::string_view message, int32_t status) {
  core::RunError error;
  error.code = code;
  error.message = ToMessage(message, base::limits::kMaxErrorMessageBytes);
  error.status = status;
  AttemptResult result;
  result.error = std::make_shared<const core::RunError>(std::move(error));
  return result;
}

AttemptResult UnsentAttempt(const absl::Status& status) {
  std::string_view code = core::failure::kValidation;
  if (absl::IsNotFound(status)) code = core::failure::kConnectionNotFound;
  if (absl::IsUnavailable(status)) code = core::failure::kSecretUnavailable;
  if (absl::IsPermissionDenied(status)) code = core::failure::kEgressDenied;
  return FailedAttempt(code, std::string(status.message()));
}

AttemptResult CompletedAttempt(std::string_view output) {
  AttemptResult result;
  result.completed = true;
  if (output.empty()) return result;
  core::RunOutput kept;
  kept.output = ToUtf8(output, base::limits::kMaxOutputBytes, &kept.truncated);
  result.output = std::make_shared<const core::RunOutput>(std::move(kept));
  return result;
}

AttemptResult CancelledAttempt() {
  AttemptResult result;
  result.cancelled = true;
  return result;
}

}  // namespace scheduler::dispatch
