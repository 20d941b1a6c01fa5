#include "scheduler/dispatch/grpc_executor.h"

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/log.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/grpc_attempt.h"
#include "scheduler/dispatch/grpc_connections.h"
#include "scheduler/dispatch/grpc_keep_alive.h"
#include "scheduler/dispatch/host_resolver.h"

namespace scheduler::dispatch {
namespace {

using Id = std::pair<core::RunKey, uint64_t>;

std::string ReadCertificates(const std::string& file) {
  if (file.empty()) return "";
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  if (!content.str().empty()) return content.str();
  base::Log(base::LogLevel::kError, "cannot read certificate authorities of gRPC targets",
            {{"file", file}});
  // Not empty, or gRPC would take the system's, which nobody asked for.
  return "unreadable";
}

}  // namespace

struct GrpcExecutor::Shared {
  Shared(const GrpcOptions& options, const EgressPolicy* egress, const base::Clock* clock)
      : environment{options,    ReadCertificates(options.ca_file), egress, clock, &resolver,
                    &reflection},
        connections(&environment) {}

  HostResolver resolver;
  GrpcReflection reflection;
  const GrpcEnvironment environment;
  GrpcConnections connections;

  base::Mutex mu;
  base::CondVar ended;  // an attempt has
  bool stopped ABSL_GUARDED_BY(mu) = false;
  absl::flat_hash_map<Id, std::shared_ptr<GrpcAttempt>> active ABSL_GUARDED_BY(mu);

  void OnEnded(const Id& id) {
    std::shared_ptr<GrpcAttempt> attempt;  // released after the lock
    base::MutexLock lock(&mu);
    const auto found = active.find(id);
    if (found == active.end()) return;
    attempt = std::move(found->second);
    active.erase(found);
    ended.SignalAll();
  }
};

GrpcExecutor::GrpcExecutor(const GrpcOptions& options, const EgressPolicy* egress,
                           const base::Clock* clock)
    : shared_(std::make_shared<Shared>(options, egress, clock)) {
  KeepGrpcAlive();
}

GrpcExecutor::~GrpcExecutor() { Shutdown(); }

size_t GrpcExecutor::max_in_flight() const { return shared_->environment.options.max_in_flight; }

void GrpcExecutor::Execute(core::ClaimedRun run, Done done) {
  const Id id{run.key, run.token};
  const auto attempt = std::make_shared<GrpcAttempt>(
      std::move(run), &shared_->connections, shared_->environment.clock,
      [shared = shared_, id, done = std::move(done)](AttemptResult result) {
        done(std::move(result));
        shared->OnEnded(id);
      });
  bool stopped = false;
  {
    base::MutexLock lock(&shared_->mu);
    stopped = shared_->stopped;
    if (!stopped) shared_->active[id] = attempt;
  }
  if (stopped) {
    attempt->Cancel();
  } else {
    attempt->Start();
  }
}

void GrpcExecutor::Cancel(const core::RunRef& run) {
  std::shared_ptr<GrpcAttempt> attempt;
  {
    base::MutexLock lock(&shared_->mu);
    const auto found = shared_->active.find(Id{run.key, run.token});
    if (found != shared_->active.end()) attempt = found->second;
  }
  if (attempt != nullptr) attempt->Cancel();
}

void GrpcExecutor::Shutdown() {
  std::vector<std::shared_ptr<GrpcAttempt>> attempts;
  {
    base::MutexLock lock(&shared_->mu);
    shared_->stopped = true;
    for (const auto& [id, attempt] : shared_->active) attempts.push_back(attempt);
  }
  for (const auto& attempt : attempts) attempt->Cancel();
  attempts.clear();
  {
    base::MutexLock lock(&shared_->mu);
    while (!shared_->active.empty()) shared_->ended.Wait(&shared_->mu);
  }
  // Look-ups that attempts waited for may still be under way, and would touch what goes with the
  // executor.
  shared_->resolver.Stop();
  shared_->reflection.Stop();
}

}  // namespace scheduler::dispatch
