#include "scheduler/dispatch/function/lambda_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/aws_api.h"
#include "scheduler/dispatch/delivery_fields.h"
#include "scheduler/dispatch/function/lambda_rules.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;

constexpr size_t kExcerptBytes = 256;

absl::StatusOr<std::string> PayloadOf(const core::LambdaTarget& target, const core::ClaimedRun& run,
                                      RenderOptions options) {
  if (target.body.empty()) return run.input_json.empty() ? "{}" : run.input_json;
  absl::StatusOr<std::string> body =
      Renderer(run, std::move(options)).Render("body", target.body, Landing::kJson);
  if (body.ok() && !json::accept(*body)) {
    return absl::InvalidArgumentError(
        "the template of body: what it makes for this run is no JSON");
  }
  return body;
}

// "ductape_job" for "ductape-job".
std::string WithUnderscores(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

// What a function says of its error: {"errorMessage":…,"errorType":…}, as all of AWS's runtimes do.
AttemptResult FunctionFailed(std::string_view kind, const HttpAnswer& answer) {
  const json payload = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  const auto text = [&payload](const char* name) -> std::string {
    if (!payload.is_object()) return "";
    const auto found = payload.find(name);
    return found != payload.end() && found->is_string() ? found->get<std::string>() : "";
  };
  const std::string type = text("errorType");
  std::string words = text("errorMessage");
  if (words.empty()) words = ToMessage(answer.body, kExcerptBytes);
  AttemptResult result = FailedAttempt(
      kFunctionError,
      StrCat("the function failed (", kind, "): ", type, type.empty() ? "" : ": ", words),
      answer.status);
  result.output = CompletedAttempt(answer.body).output;
  return result;
}

}  // namespace

std::string LambdaClientContext(const core::ClaimedRun& run) {
  json custom = json::object();
  for (DeliveryField& field : DeliveryFieldsOf(run)) {
    custom[WithUnderscores(field.metadata)] = std::move(field.value);
  }
  const json context = {{"custom", std::move(custom)}};
  return absl::Base64Escape(context.dump(-1, ' ', true, json::error_handler_t::replace));
}

absl::StatusOr<HttpCall> BuildLambdaCall(const core::AwsSettings& settings,
                                         const core::LambdaTarget& target,
                                         const core::ClaimedRun& run, RenderOptions options) {
  if (absl::Status status = CheckLambdaTarget(target); !status.ok()) return status;
  absl::StatusOr<std::string> payload = PayloadOf(target, run, std::move(options));
  if (!payload.ok()) return payload.status();
  HttpCall call;
  call.url =
      AwsUrl(settings, "lambda",
             StrCat("/2015-03-31/functions/", PercentEncode(target.function), "/invocations"));
  call.headers = {
      {"Content-Type", "application/json"},
      {"X-Amz-Invocation-Type", target.asynchronous ? "Event" : "RequestResponse"},
      {"X-Amzn-Trace-Id", AwsTraceHeader(core::TraceparentOf(run.key))},
  };
  if (!target.asynchronous) {
    call.headers.emplace_back("X-Amz-Client-Context", LambdaClientContext(run));
  }
  call.body = *std::move(payload);
  call.fresh_connection = run.attempt > 1;
  call.trace = run.trace;
  return call;
}

AttemptResult ReadLambdaAnswer(const core::LambdaTarget& target, const HttpAnswer& answer,
                               base::Millis now) {
  // As the API reference has it: 200 when the function was awaited, 202 when its event was queued.
  if (answer.status != (target.asynchronous ? 202 : 200)) return RefusedByAws(answer, now);
  const std::string_view error = answer.Header("X-Amz-Function-Error");
  if (!error.empty()) return FunctionFailed(error, answer);
  return CompletedAttempt(answer.body);
}

}  // namespace scheduler::dispatch
