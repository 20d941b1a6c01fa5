#include "server/call_log.h"

#include <string>

#include "scheduler/base/errors.h"
#include "scheduler/base/log.h"
#include "server/strings.h"

namespace server {
namespace {

using scheduler::base::LogLevel;

LogLevel LevelOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return LogLevel::kDebug;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
      return LogLevel::kError;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return LogLevel::kWarning;
    default:
      return LogLevel::kInfo;
  }
}

// The trace id of the caller's W3C traceparent; empty if it sent none.
std::string TraceIdOf(const grpc::ServerContextBase& context) {
  const auto found = context.client_metadata().find("traceparent");
  if (found == context.client_metadata().end() || found->second.size() < 36) return "";
  return std::string(found->second.data() + 3, 32);
}

}  // namespace

void CallLog::Write(const Method& method, const grpc::ServerContextBase& context,
                    const absl::Status& status, int64_t nanos, int64_t mono_nanos) {
  const LogLevel level = LevelOf(status.code());
  if (!scheduler::base::LogEnabled(level)) return;
  int64_t suppressed = 0;
  if (level != LogLevel::kDebug && !Take(mono_nanos, &suppressed)) return;
  if (suppressed > 0) {
    scheduler::base::Log(LogLevel::kWarning, "calls not logged", {{"count", StrCat(suppressed)}});
  }
  scheduler::base::Log(level, "call",
                       {{"grpc.method", StrCat(method.service, "/", method.name)},
                        {"code", StatusCodeName(static_cast<int>(status.code()))},
                        {"reason", scheduler::base::errors::ReasonOf(status)},
                        {"detail", std::string(FromAbsl(status.message()))},
                        {"duration_us", StrCat(nanos / 1000)},
                        {"peer", context.peer()},
                        {"trace_id", TraceIdOf(context)}});
}

bool CallLog::Take(int64_t mono_nanos, int64_t* suppressed) {
  const int64_t second = mono_nanos / 1'000'000'000;
  int64_t seen = second_.load(std::memory_order_relaxed);
  if (seen != second && second_.compare_exchange_strong(seen, second)) {
    lines_.store(0, std::memory_order_relaxed);
    *suppressed = suppressed_.exchange(0, std::memory_order_relaxed);
  }
  if (lines_.fetch_add(1, std::memory_order_relaxed) < kMaxLinesPerSecond) return true;
  suppressed_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

}  // namespace server
