#include "scheduler/core/reserved_headers.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

constexpr std::string_view kDelivery[] = {"idempotency-key", "traceparent"};

constexpr std::string_view kFraming[] = {
    "connection",          "content-length", "expect",
    "http2-settings",      "keep-alive",     "te",
    "transfer-encoding",   "trailer",        "proxy-connection",
    "proxy-authorization", "host",           "upgrade"};

constexpr std::string_view kGrpc[] = {"content-type", "user-agent"};

template <typename Names>
bool IsAmong(const Names& names, std::string_view name) {
  return std::any_of(std::begin(names), std::end(names), [name](std::string_view other) {
    return absl::EqualsIgnoreCase(base::ToAbsl(name), base::ToAbsl(other));
  });
}

bool BeginsWith(std::string_view name, std::string_view prefix) {
  return absl::StartsWithIgnoreCase(base::ToAbsl(name), base::ToAbsl(prefix));
}

}  // namespace

bool IsReservedHeader(std::string_view name) {
  return BeginsWith(name, "ductape-") || IsAmong(kDelivery, name) || IsAmong(kFraming, name);
}

bool IsReservedMetadata(std::string_view key) {
  return IsReservedHeader(key) || BeginsWith(key, ":") || BeginsWith(key, "grpc-") ||
         IsAmong(kGrpc, key);
}

}  // namespace scheduler::core
