#ifndef SERVER_METRICS_PROCESS_METRICS_H_
#define SERVER_METRICS_PROCESS_METRICS_H_

#include "scheduler/base/millis.h"
#include "server/metrics/exposition.h"

namespace server {

// The figures that Prometheus's client libraries give for every process: CPU, memory, descriptors,
// start time; and the version as ductape_jobs_build_info.
class ProcessMetrics final : public MetricSource {
 public:
  explicit ProcessMetrics(scheduler::base::Millis start_time) : start_time_(start_time) {}

  void Collect(Exposition* out) const override;

 private:
  const scheduler::base::Millis start_time_;
};

}  // namespace server

#endif  // SERVER_METRICS_PROCESS_METRICS_H_
