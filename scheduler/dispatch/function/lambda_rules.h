#ifndef SCHEDULER_DISPATCH_FUNCTION_LAMBDA_RULES_H_
#define SCHEDULER_DISPATCH_FUNCTION_LAMBDA_RULES_H_

#include "absl/status/status.h"
#include "scheduler/core/target.h"

namespace scheduler::dispatch {

// What can be said of a target without its connection. INVALID_ARGUMENT that names the field below the target.
//
//   connection   a tag
//   function     1 to 170 letters, digits and "-_.:$" (Lambda's API reference, Invoke, "FunctionName")
//   body         at most limits::kMaxBodyBytes; JSON, unless it holds a template, since what is sent is checked
//                again (lambda_call.h)
absl::Status CheckLambdaTarget(const core::LambdaTarget& target);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_FUNCTION_LAMBDA_RULES_H_
