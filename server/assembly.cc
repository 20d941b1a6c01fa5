#include "server/assembly.h"

#include <algorithm>
#include <map>
#include <utility>

#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "ductape/jobs/v1/calendar.grpc.pb.h"
#include "ductape/jobs/v1/connection.grpc.pb.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/run.grpc.pb.h"
#include "ductape/jobs/v1/worker.grpc.pb.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/log.h"
#include "scheduler/base/time_zones.h"
#include "server/handlers/admin_handler.h"
#include "server/handlers/calendar_handler.h"
#include "server/handlers/connection_handler.h"
#include "server/handlers/event_handler.h"
#include "server/handlers/job_handler.h"
#include "server/handlers/run_handler.h"
#include "server/handlers/worker_handler.h"
#include "server/metrics/backend_metrics.h"
#include "server/metrics/call_metrics.h"
#include "server/metrics/process_metrics.h"
#include "server/status_macros.h"
#include "server/strings.h"
#include "server/system/channelz_handler.h"
#include "server/system/reflection_handler.h"

namespace server {

namespace base = scheduler::base;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr Millis kReapPeriod = 100;
// What gRPC's own shutdown takes once every call is finished.
constexpr Millis kShutdownPatience = 2 * base::kSecond;

// Two threads of each keep two cores busy; lists mostly wait for the disk.
constexpr int kReplyThreads = 2;
constexpr int kBulkThreads = 2;
constexpr size_t kMaxQueuedLists = 1000;

CallLimits LimitsOf(const ServerConfig& config) {
  CallLimits limits;
  limits.max_duration = config.call_timeout;
  return limits;
}

const std::vector<std::string>& ApiServices() {
  static const auto* const names = new std::vector<std::string>{
      v1::AdminService::service_full_name(),      v1::CalendarService::service_full_name(),
      v1::ConnectionService::service_full_name(), v1::EventService::service_full_name(),
      v1::JobService::service_full_name(),        v1::RunService::service_full_name(),
      v1::WorkerService::service_full_name()};
  return *names;
}

std::vector<std::string> ListedServices(bool with_channelz) {
  std::vector<std::string> names = ApiServices();
  names.insert(names.end(), {"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                             "grpc.reflection.v1alpha.ServerReflection"});
  if (with_channelz) names.emplace_back("grpc.channelz.v1.Channelz");
  return names;
}

std::vector<grpc::Service*> Pointers(const std::vector<std::unique_ptr<grpc::Service>>& services) {
  std::vector<grpc::Service*> pointers;
  pointers.reserve(services.size());
  for (const auto& service : services) pointers.push_back(service.get());
  return pointers;
}

// A listener that does not accept is found by nobody else; a restart heals it.
void EndForDeadListener(const ListenAddress& address) {
  base::Log(base::LogLevel::kError, "a listener no longer accepts: the process ends",
            {{"listener", address.ToString()}});
  base::FlushLog();
  std::_Exit(1);
}

}  // namespace

Assembly::Assembly(const ServerConfig& config, const base::Clock* clock)
    : config_(config),
      clock_(clock),
      start_time_(clock->WallNow()),
      gate_(clock, LimitsOf(config)),
      replies_("replies", kReplyThreads, kMaxQueuedLists),
      bulk_("bulk", kBulkThreads, kMaxQueuedLists) {
  env_.gate = &gate_;
  env_.replies = &replies_;
  env_.bulk = &bulk_;
  env_.default_product = config.default_product;
}

Assembly::~Assembly() {
  HurryUp();
  Drain();
}

absl::StatusOr<std::unique_ptr<Assembly>> Assembly::Start(const ServerConfig& config,
                                                          const base::Clock* clock,
                                                          const BackendHooks& hooks) {
  std::unique_ptr<Assembly> assembly(new Assembly(config, clock));
  DUCTAPE_RETURN_IF_ERROR(assembly->StartTransport());
  DUCTAPE_RETURN_IF_ERROR(assembly->StartAdmin());
  DUCTAPE_RETURN_IF_ERROR(assembly->StartHttpPort());
  DUCTAPE_RETURN_IF_ERROR(assembly->StartBackend(hooks));
  assembly->StartWatching();
  return assembly;
}

absl::Status Assembly::StartTransport() {
  services_.push_back(std::make_unique<JobHandler>(&env_));
  services_.push_back(std::make_unique<RunHandler>(&env_));
  services_.push_back(std::make_unique<EventHandler>(&env_));
  services_.push_back(std::make_unique<CalendarHandler>(&env_));
  services_.push_back(std::make_unique<ConnectionHandler>(&env_));
  services_.push_back(std::make_unique<WorkerHandler>(&env_));
  services_.push_back(
      std::make_unique<AdminHandler>(&env_, scheduler::base::TimeZones::Get().version()));
  for (auto& service : MakeSystemServices(config_.all_local())) {
    services_.push_back(std::move(service));
  }
  reaper_ = std::thread([this] { RunReaper(); });
  DUCTAPE_ASSIGN_OR_RETURN(transport_,
                           Transport::Start(config_, clock_, config_.listen, Pointers(services_)));
  return absl::OkStatus();
}

std::vector<std::unique_ptr<grpc::Service>> Assembly::MakeSystemServices(bool with_channelz) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(MakeReflectionV1(&gate_, ListedServices(with_channelz)));
  services.push_back(MakeReflectionV1Alpha(&gate_, ListedServices(with_channelz)));
  if (with_channelz) services.push_back(MakeChannelz(&gate_, &bulk_));
  auto health = std::make_unique<HealthHandler>(&gate_, ApiServices());
  health_.push_back(health.get());
  services.push_back(std::move(health));
  return services;
}

void Assembly::SetServing(bool serving) {
  serving_ = serving;
  for (HealthHandler* health : health_) health->SetServing(serving);
}

absl::Status Assembly::StartAdmin() {
  if (!config_.admin_listen.has_value()) return absl::OkStatus();
  admin_services_ = MakeSystemServices(/*with_channelz=*/true);
  DUCTAPE_ASSIGN_OR_RETURN(admin_, Transport::Start(config_, clock_, {*config_.admin_listen},
                                                    Pointers(admin_services_)));
  return absl::OkStatus();
}

absl::Status Assembly::StartHttpPort() {
  metrics_.push_back(std::make_unique<CallMetrics>(&gate_));
  metrics_.push_back(std::make_unique<ProcessMetrics>(start_time_));
  auto backend_metrics = std::make_unique<BackendMetrics>();
  backend_metrics_ = backend_metrics.get();
  metrics_.push_back(std::move(backend_metrics));
  if (!config_.http_listen.has_value()) return absl::OkStatus();
  const auto probe = [](const std::atomic<bool>& condition) {
    return [&condition] {
      return condition.load() ? HttpReply{.status = 200, .body = "ok\n"}
                              : HttpReply{.status = 503, .body = "not yet, or not any more\n"};
    };
  };
  std::map<std::string, HttpPort::Handler> handlers;
  // Says that the process lives, whatever its store does: to kill it would not help.
  handlers["/livez"] = [] { return HttpReply{.status = 200, .body = "ok\n"}; };
  handlers["/readyz"] = probe(serving_);
  handlers["/startupz"] = probe(started_);
  handlers["/metrics"] = [this] { return Metrics(); };
  DUCTAPE_ASSIGN_OR_RETURN(http_, HttpPort::Start(*config_.http_listen, std::move(handlers)));
  return absl::OkStatus();
}

HttpReply Assembly::Metrics() const {
  Exposition exposition;
  for (const auto& source : metrics_) source->Collect(&exposition);
  return {.status = 200,
          .body = exposition.Take(),
          .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

absl::Status Assembly::StartBackend(const BackendHooks& hooks) {
  DUCTAPE_ASSIGN_OR_RETURN(backend_, Backend::Open(config_, clock_, &bulk_, hooks));
  tokens_ = std::make_unique<PageTokens>(backend_->identity().token_key);
  env_.tokens = tokens_.get();
  env_.hub = backend_->hub();
  env_.tester = backend_->tester();
  env_.secret_box = &backend_->secrets().box();
  env_.policy = &backend_->secrets().policy();
  env_.service = backend_->service();
  backend_->Start();
  backend_metrics_->SetBackend(backend_.get());
  gate_.SetPhase(CallGate::Phase::kServing);
  started_ = true;
  SetServing(true);
  return absl::OkStatus();
}

void Assembly::StartWatching() {
  std::vector<AcceptProbe::Target> targets;
  for (const ListenAddress& address : transport_->addresses()) {
    targets.push_back({address, config_.tls.enabled() && !address.is_unix()});
  }
  probe_ = std::make_unique<AcceptProbe>(clock_, std::move(targets), EndForDeadListener);
}

std::string Assembly::ReadyLine() const {
  const auto& addresses = transport_->addresses();
  const auto tcp = std::find_if(addresses.begin(), addresses.end(),
                                [](const ListenAddress& address) { return !address.is_unix(); });
  const ListenAddress& shown = tcp != addresses.end() ? *tcp : addresses.front();
  return StrCat("ready grpc=", shown.ToString(),
                " http=", http_ != nullptr ? http_->address() : "off");
}

void Assembly::RunReaper() {
  while (!stopping_) {
    reaper_waiter_.WaitUntilMono(clock_->MonoNanos() + kReapPeriod * kNanosPerMilli, *clock_);
    gate_.Expire();
    // Also what slipped in beside the end.
    if (gate_.phase() == CallGate::Phase::kStopped) {
      gate_.StopStreams(errors::Draining());
      gate_.FailAll(errors::Draining());
    }
  }
}

bool Assembly::AwaitCalls(int64_t until_nanos) {
  constexpr int64_t kStep = 10 * kNanosPerMilli;
  while (gate_.calls() > 0) {
    const int64_t now = clock_->MonoNanos();
    if (hurry_ || now >= until_nanos) return false;
    drain_waiter_.WaitUntilMono(std::min(until_nanos, now + kStep), *clock_);
  }
  return true;
}

void Assembly::HurryUp() {
  hurry_ = true;
  drain_waiter_.Wake();
}

void Assembly::Drain() {
  if (std::exchange(drained_, true)) return;
  const int64_t until = clock_->MonoNanos() + config_.drain_timeout * kNanosPerMilli;
  probe_.reset();
  SetServing(false);
  gate_.SetPhase(CallGate::Phase::kDraining);
  if (backend_ != nullptr) {
    backend_->StopClaiming();
    if (!backend_->AwaitAttempts(until, hurry_)) {
      base::Log(base::LogLevel::kWarning,
                "attempts were under way at the end; the next start delivers them again");
    }
    backend_->EndStreams();
    AwaitCalls(until);
  }
  gate_.SetPhase(CallGate::Phase::kStopped);
  gate_.StopStreams(errors::Draining());
  gate_.FailAll(errors::Draining());
  if (transport_ != nullptr) transport_->Shutdown(kShutdownPatience);
  if (admin_ != nullptr) admin_->Shutdown(kShutdownPatience);
  stopping_ = true;
  reaper_waiter_.Wake();
  if (reaper_.joinable()) reaper_.join();
  http_.reset();
  if (backend_metrics_ != nullptr) backend_metrics_->SetBackend(nullptr);
  if (backend_ != nullptr) backend_->Stop();
  // Late answers refer to calls, never to the engine: they may be written now, and are dropped.
  bulk_.Stop();
  replies_.Stop();
  backend_.reset();
}

}  // namespace server
