#include "scheduler/dispatch/http_request.h"

#include <string_view>
#include <utility>

#include "ductape/version.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/reserved_headers.h"
#include "scheduler/dispatch/delivery_fields.h"
#include "scheduler/dispatch/http_url.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

const std::string& UserAgent() {
  static const std::string* const line =
      new std::string(HeaderLine("User-Agent", base::StrCat("ductape-jobs/", ductape::kVersion)));
  return *line;
}

// GET and HEAD have no body; a DELETE has one only if there is something to say.
bool HasBody(const core::HttpTarget& target, const core::ClaimedRun& run) {
  switch (target.method) {
    case core::HttpMethod::kGet:
    case core::HttpMethod::kHead:
      return false;
    case core::HttpMethod::kDelete:
      return !target.body.empty() || !run.input_json.empty();
    case core::HttpMethod::kPost:
    case core::HttpMethod::kPut:
    case core::HttpMethod::kPatch:
      return true;
  }
  return false;
}

void SetBody(const core::HttpTarget& target, core::ClaimedRun* run, HttpRequest* request) {
  request->has_body = HasBody(target, *run);
  if (!request->has_body) return;
  request->body = target.body.empty() ? std::move(run->input_json) : target.body;
  if (request->body.empty()) request->body = "{}";
}

absl::Status SetHeaders(const core::HttpTarget& target, const core::ClaimedRun& run,
                        HttpRequest* request) {
  bool content_type = false;
  bool user_agent = false;
  request->headers.reserve(target.headers.size() + 10);
  for (const auto& [name, value] : target.headers) {
    absl::Status status = CheckTargetHeader(name, value);
    if (!status.ok()) return status;
    content_type = content_type || EqualsIgnoreCase(name, "content-type");
    user_agent = user_agent || EqualsIgnoreCase(name, "user-agent");
    request->headers.push_back(HeaderLine(name, value));
  }
  if (!user_agent) request->headers.push_back(UserAgent());
  if (!content_type && request->has_body) {
    request->headers.emplace_back("Content-Type: application/json");
  }
  for (const DeliveryField& field : DeliveryFieldsOf(run)) {
    request->headers.push_back(HeaderLine(field.header, field.value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTargetHeader(const std::string& name, const std::string& value) {
  if (!IsHeaderName(name)) {
    return absl::InvalidArgumentError("\"" + ToMessage(name, 64) + "\" is not a header's name");
  }
  if (!IsHeaderSafe(value)) {
    return absl::InvalidArgumentError("the value of header " + name + " holds CR, LF or NUL");
  }
  if (core::IsReservedHeader(name)) {
    return absl::InvalidArgumentError("header " + name + " is set by the service");
  }
  return absl::OkStatus();
}

absl::StatusOr<HttpRequest> BuildHttpRequest(const core::HttpTarget& target, core::ClaimedRun run) {
  HttpRequest request;
  request.method = target.method;
  // A test shows what a connection that is opened now comes to.
  request.fresh_connection = run.attempt > 1 || run.probe;
  request.timeout =
      run.attempt_timeout > 0 ? run.attempt_timeout : base::limits::kDefaultAttemptTimeout;
  absl::StatusOr<std::string> url = BuildUrl(target);
  if (!url.ok()) return url.status();
  request.url = *std::move(url);
  request.tls = StartsWithIgnoreCase(request.url, "https:");
  SetBody(target, &run, &request);
  absl::Status status = SetHeaders(target, run, &request);
  if (!status.ok()) return status;
  return request;
}

}  // namespace scheduler::dispatch
