#include "scheduler/dispatch/http_reply.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/retry_after.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kRetryAfter = "retry-after:";
constexpr size_t kExcerptBytes = 256;

// "204", or "2xx" where an x stands for any digit.
bool NamesStatus(std::string_view code, int status) {
  if (code.size() != 3) return false;
  for (int i = 2; i >= 0; --i) {
    const char c = code[static_cast<size_t>(i)];
    if (c != 'x' && c != 'X' && c != '0' + status % 10) return false;
    status /= 10;
  }
  return status == 0;
}

// "200-204".
bool NamesRange(std::string_view code, int status) {
  if (code.size() != 7 || code[3] != '-' || status < 100 || status > 999) return false;
  // Three digits each: text order is number order.
  const std::string text = std::to_string(status);
  const std::string_view low = code.substr(0, 3);
  const std::string_view high = code.substr(4);
  return low <= text && text <= high;
}

}  // namespace

bool IsSuccess(int status, const std::vector<std::string>& codes) {
  if (codes.empty()) return status >= 200 && status < 300;
  return std::any_of(codes.begin(), codes.end(), [status](const std::string& code) {
    return NamesStatus(code, status) || NamesRange(code, status);
  });
}

void HttpReply::Clear() {
  kept_.clear();
  retry_after_.clear();
  received_ = 0;
}

void HttpReply::OnHeader(std::string_view line) {
  if (StartsWithIgnoreCase(line, kRetryAfter)) {
    retry_after_ = line.substr(kRetryAfter.size());
  } else if (StartsWithIgnoreCase(line, "HTTP/")) {
    retry_after_.clear();
  }
}

bool HttpReply::OnBody(std::string_view piece) {
  // One byte more than is kept, so that a cut is seen.
  constexpr size_t kKeep = base::limits::kMaxOutputBytes + 1;
  if (kept_.size() < kKeep) kept_.append(piece.substr(0, kKeep - kept_.size()));
  received_ += static_cast<int64_t>(piece.size());
  return !overflowed();
}

AttemptResult HttpReply::Classify(int status, const std::vector<std::string>& success_codes,
                                  base::Millis now) const {
  AttemptResult result;
  if (!kept_.empty()) {
    core::RunOutput output;
    output.output = ToUtf8(kept_, base::limits::kMaxOutputBytes, &output.truncated);
    result.output = std::make_shared<const core::RunOutput>(std::move(output));
  }
  if (IsSuccess(status, success_codes)) {
    result.completed = true;
    return result;
  }
  core::RunError error;
  error.code = core::failure::ClassOfHttpStatus(status);
  error.status = status;
  error.message = "HTTP " + std::to_string(status);
  if (!kept_.empty()) error.message += ": " + ToMessage(kept_, kExcerptBytes);
  result.error = std::make_shared<const core::RunError>(std::move(error));
  result.retry_after = ParseRetryAfter(retry_after_, now);
  return result;
}

}  // namespace scheduler::dispatch
