#include "server/backend.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/log.h"
#include "scheduler/base/random.h"
#include "scheduler/base/waiter.h"
#include "scheduler/query/scheduler_service.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "server/executors.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace engine = scheduler::engine;
namespace store = scheduler::store;

namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
// Half a million ends of runs.
constexpr int64_t kBallastBytes = int64_t{64} << 20;
// How long Stop waits for commits that are under way.
constexpr Millis kCommitPatience = 5 * base::kSecond;

absl::StatusOr<std::unique_ptr<store::Store>> OpenEmbedded(const ServerConfig& config) {
  store::RocksOptions options;
  options.data_dir = config.data_dir;
  options.ballast_bytes = kBallastBytes;
  options.max_open_files = config.descriptors.tables;
  return store::OpenRocksStore(options);
}

// Nothing is acknowledged after a failed sync, so there is nothing to save: the next start recovers.
void EndAtOnce(const absl::Status& status) {
  base::Log(base::LogLevel::kError, "writing failed for good: the process ends",
            {{"error", std::string(FromAbsl(status.message()))}});
  base::FlushLog();
  std::_Exit(1);
}

}  // namespace

// The engine is given this before dispatch exists, which is given the engine.
class Backend::CancelRelay final : public core::CancelSink {
 public:
  void SetTarget(core::CancelSink* target) { target_.store(target, std::memory_order_release); }
  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override {
    core::CancelSink* const target = target_.load(std::memory_order_acquire);
    if (target != nullptr) target->CancelRuns(runs, reason);
  }

 private:
  std::atomic<core::CancelSink*> target_{nullptr};
};

Backend::Backend(const ServerConfig& config, const base::Clock* clock)
    : clock_(clock),
      cancels_(std::make_unique<CancelRelay>()),
      threads_(std::make_unique<EngineThreads>(clock, config.loops)) {}

Backend::~Backend() { Stop(); }

absl::StatusOr<std::unique_ptr<Backend>> Backend::Open(const ServerConfig& config,
                                                       const base::Clock* clock, WorkPool* readers,
                                                       const BackendHooks& hooks) {
  const base::Clock* const used = hooks.clock ? hooks.clock(clock) : clock;
  std::unique_ptr<Backend> backend(new Backend(config, used));
  DUCTAPE_ASSIGN_OR_RETURN(backend->secrets_, ServerSecrets::Open(config, used));
  DUCTAPE_RETURN_IF_ERROR(backend->OpenStore(config, hooks));
  DUCTAPE_RETURN_IF_ERROR(backend->OpenEngine(config, readers, hooks));
  DUCTAPE_RETURN_IF_ERROR(backend->OpenDispatch(config, hooks));
  return backend;
}

absl::Status Backend::OpenStore(const ServerConfig& config, const BackendHooks& hooks) {
  DUCTAPE_ASSIGN_OR_RETURN(owned_store_,
                           hooks.open_store ? hooks.open_store(config) : OpenEmbedded(config));
  store_ = hooks.store ? hooks.store(owned_store_.get()) : owned_store_.get();
  return absl::OkStatus();
}

absl::Status Backend::OpenEngine(const ServerConfig& config, WorkPool* readers,
                                 const BackendHooks& hooks) {
  engine::EngineOptions options;
  options.loops = config.loops;
  options.archive.history_age = config.history_age;
  options.archive.history_bytes = config.history_bytes;
  options.disk_reserve_bytes = config.disk_reserve_bytes;
  options.run_reader = [readers](absl::AnyInvocable<void()> task) {
    readers->Post(std::move(task));
  };
  options.on_fatal = hooks.on_fatal ? hooks.on_fatal : EndAtOnce;
  threads_->Connect(&options);
  DUCTAPE_ASSIGN_OR_RETURN(
      engine_, engine::Engine::Open(store_, clock_, cancels_.get(), std::move(options)));
  secrets_->LogKeys(engine_->registry().tables().connections);
  DUCTAPE_ASSIGN_OR_RETURN(identity_, LoadIdentity(store_, engine_->epoch()));
  owned_service_ = std::make_unique<scheduler::query::SchedulerService>(
      engine_.get(), identity_.server_id, config.history_age);
  service_ = hooks.service ? hooks.service(owned_service_.get()) : owned_service_.get();
  return absl::OkStatus();
}

absl::Status Backend::OpenDispatch(const ServerConfig& config, const BackendHooks& hooks) {
  dispatch::EgressOptions egress;
  egress.allow_loopback = config.all_local();
  egress.allow = config.egress_allow;
  egress.deny = config.egress_deny;
  DUCTAPE_ASSIGN_OR_RETURN(dispatch::EgressPolicy policy, dispatch::EgressPolicy::Create(egress));
  egress_ = std::make_unique<dispatch::EgressPolicy>(std::move(policy));

  metered_port_ = std::make_unique<MeteredPort>(
      hooks.port ? hooks.port(engine_.get(), engine_.get()) : engine_.get());
  core::RunPort* const port = metered_port_.get();
  dispatch::WorkerHub::Options workers;
  workers.hold_lane = [this](const std::string& product, const std::string& queue) {
    return engine_->registry().lanes().Hold(product, queue);
  };
  workers.new_session_id = [] { return RandomHex(16); };
  hub_ = std::make_unique<dispatch::WorkerHub>(&engine_->queue(), port, clock_, workers);
  dispatcher_ = std::make_unique<dispatch::Dispatcher>(&engine_->queue(), port, clock_);
  AddExecutors(config.descriptors, egress_.get(), clock_, secrets_->reader(), dispatcher_.get());
  dispatcher_->SetWorkers(hub_.get(), hub_.get());
  tester_ = std::make_unique<dispatch::EventTester>(dispatcher_.get(), clock_,
                                                    base::StableHash(RandomHex(16)));
  cancels_->SetTarget(dispatcher_.get());
  engine_->queue().SetListener(dispatcher_.get());
  return absl::OkStatus();
}

void Backend::Start() {
  started_ = true;
  engine_->Start();
  dispatcher_->Start();
  hub_->Start();
  threads_->Start(engine_.get());
}

void Backend::StopClaiming() {
  engine_->Drain();
  hub_->Drain("the server is shutting down");
}

bool Backend::AwaitAttempts(int64_t until_nanos, const std::atomic<bool>& hurry) {
  constexpr int64_t kStep = 20 * kNanosPerMilli;
  base::Waiter pause;
  bool idle = false;
  while (true) {
    const int64_t now = clock_->MonoNanos();
    const int64_t end = hurry.load() ? now : until_nanos;
    const bool attempts = dispatcher_->Drain(std::min(end, now + kStep));
    idle = attempts && hub_->Idle();
    if (idle || clock_->MonoNanos() >= end) return idle;
    if (attempts) pause.WaitUntilMono(clock_->MonoNanos() + kStep, *clock_);
  }
}

void Backend::Stop() {
  if (stopped_) return;
  stopped_ = true;
  if (dispatcher_ != nullptr) dispatcher_->Shutdown();
  if (hub_ != nullptr) {
    hub_->Shutdown();
    hub_->Stop();
  }
  if (started_ && !threads_->Stop(kCommitPatience)) {
    base::Log(base::LogLevel::kWarning, "not everything that was decided could be committed");
  }
  cancels_->SetTarget(nullptr);
}

}  // namespace server
