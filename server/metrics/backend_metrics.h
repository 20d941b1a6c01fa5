#ifndef SERVER_METRICS_BACKEND_METRICS_H_
#define SERVER_METRICS_BACKEND_METRICS_H_

#include <atomic>

#include "server/backend.h"
#include "server/metrics/exposition.h"

namespace server {

// The figures of engine, store and dispatch: ductape_jobs_…. Nothing until there is a backend.
class BackendMetrics final : public MetricSource {
 public:
  // Null takes it away; it lives until then.
  void SetBackend(Backend* backend) { backend_.store(backend, std::memory_order_release); }

  void Collect(Exposition* out) const override;

 private:
  static void CollectEngine(Backend& backend, Exposition* out);
  static void CollectStore(Backend& backend, Exposition* out);
  static void CollectDispatch(Backend& backend, Exposition* out);

  std::atomic<Backend*> backend_{nullptr};
};

}  // namespace server

#endif  // SERVER_METRICS_BACKEND_METRICS_H_
