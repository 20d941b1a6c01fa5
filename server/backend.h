#ifndef SERVER_BACKEND_H_
#define SERVER_BACKEND_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/dispatcher.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/event_tester.h"
#include "scheduler/dispatch/worker_hub.h"
#include "scheduler/engine/engine.h"
#include "scheduler/engine/service.h"
#include "scheduler/store/store.h"
#include "server/config.h"
#include "server/engine_threads.h"
#include "server/metrics/metered_port.h"
#include "server/server_secrets.h"
#include "server/store_identity.h"
#include "server/work_pool.h"

namespace server {

// Where tests put other parts in, or decorators around parts: of each that is set, the result is
// used. They are called once, in this order; what they return outlives the server.
struct BackendHooks {
  std::function<absl::StatusOr<std::unique_ptr<scheduler::store::Store>>(const ServerConfig&)>
      open_store;
  std::function<const scheduler::base::Clock*(const scheduler::base::Clock*)> clock;
  std::function<scheduler::store::Store*(scheduler::store::Store*)> store;
  std::function<scheduler::core::RunPort*(scheduler::core::RunPort*, scheduler::engine::Engine*)>
      port;
  std::function<scheduler::engine::Service*(scheduler::engine::Service*)> service;
  // Writing failed for good: must not return. Unset: the process ends at once.
  std::function<void(const absl::Status&)> on_fatal;
};

// Everything behind the API: the store, the engine with its threads, and dispatch.
//
// Open, then Start, then StopClaiming … Stop, by one thread; the rest is thread-safe.
class Backend {
 public:
  // Reads the keys of secrets, opens the store and recovers. `readers` runs calls that waited for a commit in order to read; it
  // outlives the backend. Errors: the store's, and INVALID_ARGUMENT for keys and
  // rules of the egress policy.
  static absl::StatusOr<std::unique_ptr<Backend>> Open(const ServerConfig& config,
                                                       const scheduler::base::Clock* clock,
                                                       WorkPool* readers,
                                                       const BackendHooks& hooks);
  ~Backend();

  // From now on jobs fire and runs are delivered.
  void Start();

  scheduler::engine::Service* service() { return service_; }
  scheduler::dispatch::WorkerHub* hub() { return hub_.get(); }
  scheduler::dispatch::EventTester* tester() { return tester_.get(); }
  const StoreIdentity& identity() const { return identity_; }
  const ServerSecrets& secrets() const { return *secrets_; }
  scheduler::engine::Engine& engine() { return *engine_; }
  const scheduler::dispatch::Dispatcher& dispatcher() const { return *dispatcher_; }
  const MetricSource& port_metrics() const { return *metered_port_; }

  // The way down. First nothing more is planned or claimed and workers are told; attempts under way
  // go on and their outcomes are taken.
  void StopClaiming();
  // Waits for them until the monotonic time `until_nanos`, or less if `hurry` becomes true. Whether
  // none is left.
  bool AwaitAttempts(int64_t until_nanos, const std::atomic<bool>& hurry);
  // Ends the workers' streams and waiting calls with UNAVAILABLE, DRAINING.
  void EndStreams() { hub_->Shutdown(); }
  // Ends dispatch, commits what was decided, ends the engine's threads. Idempotent.
  void Stop();

 private:
  class CancelRelay;

  Backend(const ServerConfig& config, const scheduler::base::Clock* clock);
  absl::Status OpenStore(const ServerConfig& config, const BackendHooks& hooks);
  absl::Status OpenEngine(const ServerConfig& config, WorkPool* readers, const BackendHooks& hooks);
  absl::Status OpenDispatch(const ServerConfig& config, const BackendHooks& hooks);

  const scheduler::base::Clock* clock_;
  std::unique_ptr<scheduler::store::Store> owned_store_;
  scheduler::store::Store* store_ = nullptr;  // with decorators
  StoreIdentity identity_;
  std::unique_ptr<CancelRelay> cancels_;
  std::unique_ptr<EngineThreads> threads_;
  std::unique_ptr<scheduler::engine::Engine> engine_;
  std::unique_ptr<scheduler::engine::Service> owned_service_;
  scheduler::engine::Service* service_ = nullptr;  // with decorators
  std::unique_ptr<ServerSecrets> secrets_;
  std::unique_ptr<scheduler::dispatch::EgressPolicy> egress_;
  std::unique_ptr<MeteredPort> metered_port_;
  std::unique_ptr<scheduler::dispatch::WorkerHub> hub_;
  std::unique_ptr<scheduler::dispatch::Dispatcher> dispatcher_;
  std::unique_ptr<scheduler::dispatch::EventTester> tester_;
  bool started_ = false;
  bool stopped_ = false;
};

}  // namespace server

#endif  // SERVER_BACKEND_H_
