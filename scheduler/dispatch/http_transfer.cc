#include "scheduler/dispatch/http_transfer.h"

#include <string_view>
#include <variant>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kDropped = "the connection was closed before an answer";

}  // namespace

void HttpTransfer::OnHeader(std::string_view line) {
  if (trace != nullptr) AppendHeaderLine(line, &head_);
  if (probe && StartsWithIgnoreCase(line, "HTTP/")) {
    status_line_ = std::string(absl::StripAsciiWhitespace(base::ToAbsl(line)));
  }
  reply.OnHeader(line);
}

void HttpTransfer::OnEnd(const CurlEnd& end) {
  if (!head_.empty()) trace->AddResponse(head_);
  done(end.cancelled ? CancelledAttempt() : ResultOf(end.code, end.status, end.now));
}

AttemptResult HttpTransfer::ResultOf(CURLcode code, long status, base::Millis now) const {
  const CurlEnd end{code, status, false, now};
  if (IsDenied(end)) return FailedAttempt(core::failure::kEgressDenied, denial);
  if (dropped) {
    // A kept connection may have been closed by the target before it saw the request. A new one that
    // ends so is the target's own failure.
    if (request.fresh_connection) return FailedAttempt(core::failure::kConnection, kDropped);
    AttemptResult result;
    result.released = true;
    return result;
  }
  // A body that is too long to be read to its end is no failure: the status was the answer.
  if (IsAnswered(end, reply.overflowed())) {
    const auto& target = std::get<core::HttpTarget>(event->target);
    AttemptResult result = reply.Classify(static_cast<int>(status), target.success_codes, now);
    return probe && result.completed ? CompletedAttempt(status_line_) : result;
  }
  return FailedAttempt(ClassOfCurlCode(code), MessageOf(code));
}

}  // namespace scheduler::dispatch
