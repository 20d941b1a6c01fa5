#ifndef SCHEDULER_DISPATCH_AWS_API_H_
#define SCHEDULER_DISPATCH_AWS_API_H_

#include <string>
#include <string_view>

#include "scheduler/base/millis.h"
#include "scheduler/core/connection/broker_settings.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_client.h"

// What the HTTP APIs of AWS's services have in common.
namespace scheduler::dispatch {

// The URL of `path`, which begins with "/", of a service in the settings' region; below their endpoint, if they
// have one. The names of AWS's own are those of "AWS service endpoints" in its General Reference:
// https://lambda.eu-central-1.amazonaws.com, …amazonaws.com.cn in China's regions.
std::string AwsUrl(const core::AwsSettings& settings, std::string_view service,
                   std::string_view path);

// A trace in AWS X-Ray's form, which its services hand on: "Root=1-…;Parent=…;Sampled=1", of a traceparent
// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html, "Tracing header").
std::string AwsTraceHeader(std::string_view traceparent);

// What a refusal says of itself.
struct AwsError {
  std::string
      type;  // "ResourceNotFoundException", without namespace and URL; empty: it does not say
  std::string message;
};

// From the header X-Amzn-ErrorType or the members `__type`, and `message` of the JSON body.
AwsError AwsErrorOf(const HttpAnswer& answer);

// The class of a refusal: of its type, where that is more to the point than its status (throttling and
// credentials that are not taken come with 400 and 403), else of its status.
std::string_view ClassOfAwsError(std::string_view type, int status);

// Whether a refusal of this type is of an account that is known, and may not do what it asked for.
bool IsAccessDenied(std::string_view type);

// A refused attempt with its class, status, words and Retry-After. `now` is wall time.
// REQUIRES: answer.transport.ok().
AttemptResult RefusedByAws(const HttpAnswer& answer, base::Millis now);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_AWS_API_H_
