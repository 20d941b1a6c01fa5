#include "server/call_stats.h"

#include <algorithm>

namespace server {

void CallStats::Finished(grpc::StatusCode code, int64_t nanos) {
  PerCode& per_code = codes_[code >= 0 && code < kCodes ? code : grpc::StatusCode::UNKNOWN];
  const double seconds = static_cast<double>(nanos) * 1e-9;
  const auto* bound = std::lower_bound(kLatencyBounds.begin(), kLatencyBounds.end(), seconds);
  per_code.buckets[bound - kLatencyBounds.begin()].fetch_add(1, std::memory_order_relaxed);
  per_code.nanos.fetch_add(nanos, std::memory_order_relaxed);
  per_code.count.fetch_add(1, std::memory_order_relaxed);
}

const char* StatusCodeName(int code) {
  static constexpr std::array<const char*, CallStats::kCodes> kNames = {"OK",
                                                                        "CANCELLED",
                                                                        "UNKNOWN",
                                                                        "INVALID_ARGUMENT",
                                                                        "DEADLINE_EXCEEDED",
                                                                        "NOT_FOUND",
                                                                        "ALREADY_EXISTS",
                                                                        "PERMISSION_DENIED",
                                                                        "RESOURCE_EXHAUSTED",
                                                                        "FAILED_PRECONDITION",
                                                                        "ABORTED",
                                                                        "OUT_OF_RANGE",
                                                                        "UNIMPLEMENTED",
                                                                        "INTERNAL",
                                                                        "UNAVAILABLE",
                                                                        "DATA_LOSS",
                                                                        "UNAUTHENTICATED"};
  return code >= 0 && code < CallStats::kCodes ? kNames[code] : "UNKNOWN";
}

}  // namespace server
