#ifndef SERVER_METRICS_CALL_METRICS_H_
#define SERVER_METRICS_CALL_METRICS_H_

#include "server/call_gate.h"
#include "server/metrics/exposition.h"

namespace server {

// The calls of the API: grpc_server_call_duration_seconds{grpc_method,grpc_status} as gRFC A66 names
// and cuts it, grpc_server_started_total and grpc_server_handled_total as dashboards of
// go-grpc-prometheus expect them, and what is in hand now. A series appears with its first call.
class CallMetrics final : public MetricSource {
 public:
  // REQUIRES: all of the gate's methods are added.
  explicit CallMetrics(const CallGate* gate) : gate_(*gate) {}

  void Collect(Exposition* out) const override;

 private:
  void CollectCounts(Exposition* out) const;
  void CollectDurations(Exposition* out) const;

  const CallGate& gate_;
};

}  // namespace server

#endif  // SERVER_METRICS_CALL_METRICS_H_
