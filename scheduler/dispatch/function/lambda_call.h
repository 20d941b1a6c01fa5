#ifndef SCHEDULER_DISPATCH_FUNCTION_LAMBDA_CALL_H_
#define SCHEDULER_DISPATCH_FUNCTION_LAMBDA_CALL_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/broker_settings.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/template/renderer.h"

// How AWS Lambda is asked to invoke a function, and what it answers:
//   https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
namespace scheduler::dispatch {

// The class of a function that ended with an error of its own.
inline constexpr std::string_view kFunctionError = "FUNCTION_ERROR";

// The call, unsigned: the function's payload is the target's body with its template filled in, else the run's
// input, else {}. Secrets of the template are read as `options` says, whose errors are handed on.
// INVALID_ARGUMENT, for the run's error: the target is none that Lambda takes, a value of the template is not
// defined, or what comes out is no JSON.
absl::StatusOr<HttpCall> BuildLambdaCall(const core::AwsSettings& settings,
                                         const core::LambdaTarget& target,
                                         const core::ClaimedRun& run, RenderOptions options = {});

// The header X-Amz-Client-Context: base64 of a JSON object whose member `custom` has what a delivery says of its
// run (delivery_fields.h), as "ductape_job". With it the function's runtime has it as
// context.client_context.custom.
std::string LambdaClientContext(const core::ClaimedRun& run);

// The attempt's result: the function's payload as output; kFunctionError for one that ended with an error; what
// Lambda refuses, by aws_api.h. `now` is wall time. REQUIRES: answer.transport.ok().
AttemptResult ReadLambdaAnswer(const core::LambdaTarget& target, const HttpAnswer& answer,
                               base::Millis now);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_FUNCTION_LAMBDA_CALL_H_
