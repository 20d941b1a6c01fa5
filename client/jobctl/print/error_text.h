#ifndef CLIENT_JOBCTL_PRINT_ERROR_TEXT_H_
#define CLIENT_JOBCTL_PRINT_ERROR_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace jobctl {

// What to say of a failed call: what could not be done, each field at fault with what would be
// right, the code and reason, and what to do next where that is known.
//
//   jobctl: cannot create job example_job: INVALID_ARGUMENT (FIELD_REQUIRED)
//     job.executions is required: how often to run; 0 means without limit
//     flag: --executions
//
// `what` completes "cannot …"; `address` is the server that was called. Without `flags` flags are
// not named: the resource comes from a file.
std::string ErrorMessage(absl::string_view what, const absl::Status& status,
                         absl::string_view address, bool flags = true);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_ERROR_TEXT_H_
