#include "scheduler/dispatch/aws_api.h"

#include <algorithm>
#include <array>

#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/retry_after.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;
namespace failure = core::failure;

constexpr size_t kExcerptBytes = 256;

// "com.amazonaws.sqs#QueueDoesNotExist" and "ResourceNotFoundException:http://…" without what is around.
std::string TypeIn(std::string_view text) {
  text = text.substr(0, text.find(':'));
  const size_t hash = text.find('#');
  return std::string(hash == std::string_view::npos ? text : text.substr(hash + 1));
}

std::string TextAt(const json& body, const char* name) {
  if (!body.is_object()) return "";
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

template <size_t n>
bool IsOneOf(std::string_view text, const std::array<std::string_view, n>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::string AwsUrl(const core::AwsSettings& settings, std::string_view service,
                   std::string_view path) {
  if (settings.endpoint.empty()) {
    const bool china = StartsWithIgnoreCase(settings.region, "cn-");
    return StrCat("https://", service, ".", settings.region, ".amazonaws.com", china ? ".cn" : "",
                  path);
  }
  std::string_view endpoint = settings.endpoint;
  while (!endpoint.empty() && endpoint.back() == '/') endpoint.remove_suffix(1);
  return StrCat(endpoint, path);
}

std::string AwsTraceHeader(std::string_view traceparent) {
  // "00-" and 32 digits, "-" and 16, "-" and the flags.
  constexpr size_t kSize = 55;
  if (traceparent.size() != kSize) return "";
  const bool sampled = (traceparent.back() - '0') % 2 == 1;
  return StrCat("Root=1-", traceparent.substr(3, 8), "-", traceparent.substr(11, 24),
                ";Parent=", traceparent.substr(36, 16), ";Sampled=", sampled ? "1" : "0");
}

AwsError AwsErrorOf(const HttpAnswer& answer) {
  AwsError error;
  const json body = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  error.type = TypeIn(answer.Header("X-Amzn-ErrorType"));
  if (error.type.empty()) error.type = TypeIn(TextAt(body, "__type"));
  error.message = TextAt(body, "message");
  if (error.message.empty()) error.message = TextAt(body, "Message");
  return error;
}

// https://docs.aws.amazon.com/general/latest/gr/CommonErrors.html, and those of Lambda's and SQS's API references.
std::string_view ClassOfAwsError(std::string_view type, int status) {
  static constexpr std::array<std::string_view, 8> kThrottled = {"Throttling",
                                                                 "ThrottlingException",
                                                                 "TooManyRequestsException",
                                                                 "RequestThrottled",
                                                                 "KMSThrottled",
                                                                 "KMSThrottledException",
                                                                 "KmsThrottled",
                                                                 "OverLimit"};
  static constexpr std::array<std::string_view, 14> kUnknownSender = {
      "UnrecognizedClientException",
      "InvalidClientTokenId",
      "InvalidAccessKeyId",
      "InvalidSignatureException",
      "InvalidSignature",
      "SignatureDoesNotMatch",
      "IncompleteSignature",
      "IncompleteSignatureException",
      "MissingAuthenticationToken",
      "MissingAuthenticationTokenException",
      "ExpiredToken",
      "ExpiredTokenException",
      "RequestExpired",
      "AuthFailure"};
  static constexpr std::array<std::string_view, 4> kMissing = {
      "ResourceNotFoundException", "QueueDoesNotExist", "NonExistentQueue",
      "AWS.SimpleQueueService.NonExistentQueue"};
  static constexpr std::array<std::string_view, 3> kDenied = {
      "AccessDenied", "AccessDeniedException", "OptInRequired"};
  if (IsOneOf(type, kThrottled)) return failure::kRateLimited;
  if (IsOneOf(type, kUnknownSender)) return failure::kUnauthenticated;
  if (IsOneOf(type, kMissing)) return failure::kNotFound;
  if (IsOneOf(type, kDenied)) return failure::kForbidden;
  // A 2xx that does not say what was expected comes from something else than the service.
  if (status / 100 == 2) return failure::kUnavailable;
  return failure::ClassOfHttpStatus(status);
}

bool IsAccessDenied(std::string_view type) {
  return type == "AccessDenied" || type == "AccessDeniedException";
}

AttemptResult RefusedByAws(const HttpAnswer& answer, base::Millis now) {
  const AwsError error = AwsErrorOf(answer);
  std::string message = StrCat("HTTP ", answer.status);
  if (!error.type.empty()) base::StrAppend(&message, " ", error.type);
  const std::string words =
      error.message.empty() ? ToMessage(answer.body, kExcerptBytes) : error.message;
  if (!words.empty()) base::StrAppend(&message, ": ", words);
  AttemptResult result =
      FailedAttempt(ClassOfAwsError(error.type, answer.status), message, answer.status);
  result.retry_after = ParseRetryAfter(answer.Header("Retry-After"), now);
  return result;
}

}  // namespace scheduler::dispatch
