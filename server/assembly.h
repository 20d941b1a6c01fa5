#ifndef SERVER_ASSEMBLY_H_
#define SERVER_ASSEMBLY_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/impl/service_type.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/waiter.h"
#include "server/backend.h"
#include "server/call_gate.h"
#include "server/config.h"
#include "server/handlers/handler_env.h"
#include "server/metrics/exposition.h"
#include "server/system/accept_probe.h"
#include "server/system/health_handler.h"
#include "server/system/http_port.h"
#include "server/transport.h"
#include "server/work_pool.h"

namespace server {

class BackendMetrics;

// The server whole, as main and tests run it:
//
//   listeners, health and the HTTP side port come first, so that probes are answered while the store
//   recovers; the gate refuses everything else until then. Then the backend, then the gate opens.
//
// Start and Drain by one thread; HurryUp from any.
class Assembly {
 public:
  // `clock` outlives it. Errors, for the operator: those of HttpPort, Transport and Backend.
  static absl::StatusOr<std::unique_ptr<Assembly>> Start(const ServerConfig& config,
                                                         const scheduler::base::Clock* clock,
                                                         const BackendHooks& hooks);
  // Drain, in a hurry.
  ~Assembly();

  // "ready grpc=HOST:PORT http=HOST:PORT": the first TCP listener, else the first socket; `off` where
  // there is no HTTP side port.
  std::string ReadyLine() const;
  // Where the API can be reached.
  const std::vector<ListenAddress>& addresses() const { return transport_->addresses(); }

  // The way down, in order: NOT_SERVING; no new mutations; nothing more is planned or claimed; what
  // is under way ends, for at most config.drain_timeout; streams and calls are ended; listeners
  // close; dispatch, engine, store. Idempotent.
  void Drain();
  // Makes a Drain under way, or to come, wait for nothing.
  void HurryUp();

 private:
  Assembly(const ServerConfig& config, const scheduler::base::Clock* clock);

  absl::Status StartHttpPort();
  absl::Status StartTransport();
  absl::Status StartAdmin();
  absl::Status StartBackend(const BackendHooks& hooks);
  void StartWatching();
  std::vector<std::unique_ptr<grpc::Service>> MakeSystemServices(bool with_channelz);
  void SetServing(bool serving);
  // Ends calls whose time is over.
  void RunReaper();
  // Waits until there is no call in hand; false at `until_nanos`, or in a hurry.
  bool AwaitCalls(int64_t until_nanos);
  HttpReply Metrics() const;

  const ServerConfig config_;
  const scheduler::base::Clock* const clock_;
  const scheduler::base::Millis start_time_;
  CallGate gate_;
  WorkPool replies_;
  WorkPool bulk_;
  std::unique_ptr<PageTokens> tokens_;
  HandlerEnv env_;
  std::vector<std::unique_ptr<MetricSource>> metrics_;
  BackendMetrics* backend_metrics_ = nullptr;  // one of metrics_
  std::atomic<bool> serving_{false};
  std::atomic<bool> started_{false};  // once it was serving

  std::unique_ptr<Backend> backend_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::vector<std::unique_ptr<grpc::Service>> admin_services_;
  std::vector<HealthHandler*> health_;  // of services_ and admin_services_
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Transport> admin_;
  std::unique_ptr<HttpPort> http_;
  std::unique_ptr<AcceptProbe> probe_;

  std::atomic<bool> hurry_{false};
  std::atomic<bool> stopping_{false};
  bool drained_ = false;
  scheduler::base::Waiter reaper_waiter_;
  scheduler::base::Waiter drain_waiter_;
  std::thread reaper_;
};

}  // namespace server

#endif  // SERVER_ASSEMBLY_H_
