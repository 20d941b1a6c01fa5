#ifndef SERVER_SYSTEM_HEALTH_HANDLER_H_
#define SERVER_SYSTEM_HEALTH_HANDLER_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "scheduler/base/mutex.h"
#include "server/unary_service.h"

namespace server {

class HealthWatcher;

// grpc.health.v1.Health: SERVING or NOT_SERVING, the same for the server as a whole ("") and for each
// of its services; others are unknown. Begins as NOT_SERVING. gRPC's own implementation begins as
// SERVING, before anything is recovered, and hides its descriptor from reflection.
// Thread-safe.
class HealthHandler final
    : public UnaryService<
          grpc::health::v1::Health::WithCallbackMethod_Watch<grpc::health::v1::Health::Service>> {
 public:
  HealthHandler(CallGate* gate, const std::vector<std::string>& services);

  // Tells everybody who watches.
  void SetServing(bool serving) ABSL_LOCKS_EXCLUDED(mu_);

  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void AnswerCheck(
      UnaryCall<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse> call);

  CallGate* const gate_;
  Method* const watch_;
  std::set<std::string> services_;
  std::atomic<bool> serving_{false};
  scheduler::base::Mutex mu_;
  std::vector<std::weak_ptr<HealthWatcher>> watchers_ ABSL_GUARDED_BY(mu_);
};

}  // namespace server

#endif  // SERVER_SYSTEM_HEALTH_HANDLER_H_
