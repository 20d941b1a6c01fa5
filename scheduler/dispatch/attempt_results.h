#ifndef SCHEDULER_DISPATCH_ATTEMPT_RESULTS_H_
#define SCHEDULER_DISPATCH_ATTEMPT_RESULTS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "scheduler/dispatch/executor.h"

// What attempts come to, made by those who carry them out.
namespace scheduler::dispatch {

// Failed with the class `code`. The message is brought into the form that runs record (text.h). `status` is
// the target's own, 0 if it has none.
AttemptResult FailedAttempt(std::string_view code, std::string_view message, int32_t status = 0);

// An attempt that its own settings or secrets kept from being sent: NOT_FOUND is CONNECTION_NOT_FOUND,
// UNAVAILABLE is SECRET_UNAVAILABLE, PERMISSION_DENIED is EGRESS_DENIED, all else VALIDATION.
AttemptResult UnsentAttempt(const absl::Status& status);

// Completed with `output`, of which as much is kept as a run records.
AttemptResult CompletedAttempt(std::string_view output);

// Stopped because Cancel, or the end of the executor, asked for it.
AttemptResult CancelledAttempt();

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_ATTEMPT_RESULTS_H_
