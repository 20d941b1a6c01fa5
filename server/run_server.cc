#include "server/run_server.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "ductape/version.h"
#include "scheduler/base/log.h"
#include "scheduler/base/mutex.h"
#include "server/assembly.h"
#include "server/config.h"
#include "server/signals.h"
#include "server/strings.h"
#include "server/system/inbound_bound.h"
#include "server/system/process_setup.h"

namespace server {
namespace {

namespace base = scheduler::base;

// Where the threads that hear of signals and the one that waits for them meet.
class Stop {
 public:
  // The first request begins the drain, the second makes it hurry.
  void Request() ABSL_LOCKS_EXCLUDED(mu_) {
    base::MutexLock lock(&mu_);
    ++requests_;
    wake_.SignalAll();
    if (requests_ > 1 && assembly_ != nullptr) assembly_->HurryUp();
  }
  void Await() ABSL_LOCKS_EXCLUDED(mu_) {
    base::MutexLock lock(&mu_);
    while (requests_ == 0) wake_.Wait(&mu_);
  }
  // Null: it is gone.
  void SetAssembly(Assembly* assembly) ABSL_LOCKS_EXCLUDED(mu_) {
    base::MutexLock lock(&mu_);
    assembly_ = assembly;
  }

 private:
  base::Mutex mu_;
  base::CondVar wake_;
  int requests_ ABSL_GUARDED_BY(mu_) = 0;
  Assembly* assembly_ ABSL_GUARDED_BY(mu_) = nullptr;
};

std::optional<std::string> ReadEnv(const std::string& name) {
  // Nothing here changes the environment.
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) return std::nullopt;
  return value;
}

// Shares out what the process may open, and bounds clients to their part.
DescriptorBudget TakeDescriptors() {
  const int64_t limit = RaiseDescriptorLimit();
  const DescriptorBudget budget = ShareDescriptors(limit);
  BoundInbound(budget.inbound);
  if (limit < kPlentyDescriptors) {
    base::Log(base::LogLevel::kWarning,
              "the limit on open files is low: fewer attempts and connections are taken at once",
              {{"limit", StrCat(limit)},
               {"wanted", StrCat(kPlentyDescriptors)},
               {"http_attempts", StrCat(budget.http_attempts)},
               {"grpc_attempts", StrCat(budget.grpc_attempts)},
               {"client_connections", StrCat(budget.inbound)}});
  }
  return budget;
}

int Serve(const ServerConfig& config, const base::Clock* clock, const BackendHooks& hooks) {
  Stop stop;
  const Signals signals([&stop](int signal) {
    base::Log(base::LogLevel::kInfo, "signal", {{"number", StrCat(signal)}});
    stop.Request();
  });
  base::Log(base::LogLevel::kInfo, "starting",
            {{"version", ductape::kVersion}, {"data_dir", config.data_dir}});
  auto assembly = Assembly::Start(config, clock, hooks);
  if (!assembly.ok()) {
    base::LogText(StrCat("ductape-jobsd: ", FromAbsl(assembly.status().message())));
    return 1;
  }
  stop.SetAssembly(assembly->get());
  std::printf("%s\n", (*assembly)->ReadyLine().c_str());
  std::fflush(stdout);
  base::Log(base::LogLevel::kInfo, "ready", {{"addresses", (*assembly)->ReadyLine()}});
  stop.Await();
  base::Log(base::LogLevel::kInfo, "draining");
  (*assembly)->Drain();
  stop.SetAssembly(nullptr);
  assembly->reset();
  base::Log(base::LogLevel::kInfo, "stopped");
  return 0;
}

}  // namespace

int RunServer(const std::vector<std::string>& args, const base::Clock* clock,
              const BackendHooks& hooks) {
  base::DisableDeadlockDetection();
  ParsedConfig parsed = ParseConfig(args, ReadEnv);
  std::fputs(parsed.out.c_str(), stdout);
  std::fputs(parsed.err.c_str(), stderr);
  if (!parsed.config.has_value()) return parsed.exit_code;
  base::SetLogLevel(parsed.config->log_level);
  TakeLibraryLogs();
  parsed.config->descriptors = TakeDescriptors();
  if (parsed.config->tls.enabled() && parsed.config->tls.client_ca_file.empty() &&
      !parsed.config->grpc_local()) {
    base::Log(base::LogLevel::kWarning,
              "clients need no certificate: put a proxy in front, or give --tls-client-ca");
  }
  return Serve(*parsed.config, clock, hooks);
}

}  // namespace server
