#include "server/metrics/call_metrics.h"

#include <array>
#include <string>

#include "server/strings.h"

namespace server {
namespace {

const char* TypeOf(CallShape shape) {
  switch (shape) {
    case CallShape::kUnary:
      return "unary";
    case CallShape::kServerStream:
      return "server_stream";
    case CallShape::kBidiStream:
      return "bidi_stream";
  }
  return "";
}

}  // namespace

void CallMetrics::Collect(Exposition* out) const {
  CollectCounts(out);
  CollectDurations(out);
  out->Family("ductape_jobs_calls_in_hand", "gauge", "Unary calls that are not answered yet.");
  out->Sample(gate_.calls());
  out->Family("ductape_jobs_call_bytes_in_hand", "gauge",
              "Bytes of requests and of answers that are not yet read.");
  out->Sample(gate_.bytes());
  out->Family("ductape_jobs_streams_open", "gauge", "Streams that are open.");
  out->Sample(gate_.streams());
}

void CallMetrics::CollectCounts(Exposition* out) const {
  out->Family("grpc_server_started_total", "counter", "Calls that began.");
  for (const auto& method : gate_.methods()) {
    if (method->stats.started() == 0) continue;
    out->Sample(method->stats.started(), {{"grpc_type", TypeOf(method->shape)},
                                          {"grpc_service", method->service},
                                          {"grpc_method", method->name}});
  }
  out->Family("grpc_server_handled_total", "counter", "Calls that ended, by status code.");
  for (const auto& method : gate_.methods()) {
    for (int code = 0; code < CallStats::kCodes; ++code) {
      const int64_t count = method->stats.of(code).count.load(std::memory_order_relaxed);
      if (count == 0) continue;
      out->Sample(count, {{"grpc_type", TypeOf(method->shape)},
                          {"grpc_service", method->service},
                          {"grpc_method", method->name},
                          {"grpc_code", StatusCodeName(code)}});
    }
  }
}

void CallMetrics::CollectDurations(Exposition* out) const {
  out->Family("grpc_server_call_duration_seconds", "histogram",
              "From a call's arrival to its end in the server.");
  for (const auto& method : gate_.methods()) {
    for (int code = 0; code < CallStats::kCodes; ++code) {
      const CallStats::PerCode& per_code = method->stats.of(code);
      if (per_code.count.load(std::memory_order_relaxed) == 0) continue;
      std::array<int64_t, kLatencyBounds.size() + 1> counts;
      for (size_t i = 0; i < counts.size(); ++i) {
        counts[i] = per_code.buckets[i].load(std::memory_order_relaxed);
      }
      const auto nanos = static_cast<double>(per_code.nanos.load(std::memory_order_relaxed));
      out->Histogram(kLatencyBounds, counts, nanos * 1e-9,
                     {{"grpc_method", StrCat(method->service, "/", method->name)},
                      {"grpc_status", StatusCodeName(code)}});
    }
  }
}

}  // namespace server
