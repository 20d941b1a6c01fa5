#include "server/call_log.h"

#include <string>
#include <string_view>
#include <vector>

#include "grpcpp/security/auth_context.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
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

// Who the caller's certificate says it is; empty if it has none.
std::string PrincipalOf(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const std::vector<grpc::string_ref> names = auth->GetPeerIdentity();
  return names.empty() ? "" : std::string(names[0].data(), names[0].size());
}

// The parts of `text` between separators that stand in no quotes; in quotes a backslash takes the next
// character along.
std::vector<std::string_view> SplitUnquoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == separator && !quoted) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// Whom the caller says it calls for: the URI of its own client's certificate, of SPIFFE say, that a
// proxy puts into x-forwarded-client-cert. Of several hops the last one, which the proxy added.
std::string ForwardedOf(const grpc::ServerContextBase& context) {
  constexpr std::string_view kUri = "URI=";
  constexpr size_t kMaxLength = 2048;  // the longest a SPIFFE id may be
  const auto found = context.client_metadata().find("x-forwarded-client-cert");
  if (found == context.client_metadata().end()) return "";
  const std::string_view hops(found->second.data(), found->second.size());
  for (const std::string_view member : SplitUnquoted(SplitUnquoted(hops, ',').back(), ';')) {
    if (member.substr(0, kUri.size()) != kUri) continue;
    return std::string(member.substr(kUri.size(), kMaxLength));
  }
  return "";
}

// As protobuf writes a Duration in JSON, in microseconds: "0.000123s".
std::string Seconds(int64_t nanos) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  const int64_t micros = nanos / 1000;
  std::string fraction = StrCat(micros % kMicrosPerSecond);
  fraction.insert(0, 6 - fraction.size(), '0');
  return StrCat(micros / kMicrosPerSecond, ".", fraction, "s");
}

// A request_id that is too long was refused, and is told only as far as it may be long.
std::string_view Clip(std::string_view request_id) {
  return request_id.substr(0, scheduler::base::limits::kMaxRequestIdLength);
}

}  // namespace

void CallLog::Write(const EndedCall& call) {
  const LogLevel level = LevelOf(call.status.code());
  if (!scheduler::base::LogEnabled(level)) return;
  int64_t suppressed = 0;
  if (level != LogLevel::kDebug && !Take(call.mono_nanos, &suppressed)) return;
  if (suppressed > 0) {
    scheduler::base::Log(LogLevel::kWarning, "calls not logged", {{"count", StrCat(suppressed)}});
  }
  scheduler::base::Log(level, "call",
                       {{"grpc.method", StrCat(call.method.service, "/", call.method.name)},
                        {"code", StatusCodeName(static_cast<int>(call.status.code()))},
                        {"reason", scheduler::base::errors::ReasonOf(call.status)},
                        {"detail", std::string(FromAbsl(call.status.message()))},
                        {"duration", Seconds(call.nanos)},
                        {"peer", call.context.peer()},
                        {"principal", PrincipalOf(call.context)},
                        {"forwarded", ForwardedOf(call.context)},
                        {"request_id", std::string(Clip(call.request_id))},
                        {"trace_id", TraceIdOf(call.context)}});
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
