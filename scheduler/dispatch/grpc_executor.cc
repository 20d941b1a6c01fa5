#include "scheduler/dispatch/grpc_executor.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/log.h"
#include "scheduler/base/mutex.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/grpc_account.h"
#include "scheduler/dispatch/grpc_attempt.h"
#include "scheduler/dispatch/grpc_connections.h"
#include "scheduler/dispatch/grpc_keep_alive.h"
#include "scheduler/dispatch/grpc_templates.h"
#include "scheduler/dispatch/host_resolver.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/http_tokens.h"
#include "scheduler/dispatch/secret_redactor.h"
#include "scheduler/dispatch/send_by_connection.h"
#include "scheduler/dispatch/template/connection_secrets.h"
#include "scheduler/dispatch/token_attempts.h"
#include <grpcpp/support/status.h>

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

// Requests for tokens are few.
HttpOptions TokenOptions(const GrpcOptions& options) {
  HttpOptions result;
  result.max_in_flight = 16;
  result.ca_file = options.ca_file;
  return result;
}

}  // namespace

struct GrpcExecutor::Shared : std::enable_shared_from_this<GrpcExecutor::Shared> {
  Shared(const GrpcOptions& options, const EgressPolicy* egress, const base::Clock* clock)
      : environment{options,    ReadCertificates(options.ca_file), egress, clock, &resolver,
                    &reflection},
        connections(&environment),
        tokens(&client, clock),
        token_attempts(&tokens, clock, grpc::StatusCode::UNAUTHENTICATED,
                       [this](const core::RunRef& run) { CancelSent(run); }),
        client(TokenOptions(options), egress, clock) {}

  HostResolver resolver;
  GrpcReflection reflection;
  const GrpcEnvironment environment;
  GrpcConnections connections;
  HttpTokens tokens;
  TokenAttempts token_attempts;
  HttpClient client;  // for tokens

  base::Mutex mu;
  base::CondVar ended;  // an attempt has
  bool stopped ABSL_GUARDED_BY(mu) = false;
  absl::flat_hash_map<Id, std::shared_ptr<GrpcAttempt>> active ABSL_GUARDED_BY(mu);

  void Send(ConnectedGrpcTarget connected, core::ClaimedRun run, Done done);
  void CancelSent(const core::RunRef& run);
  void OnEnded(const Id& id, const GrpcAttempt* ended_one);
};

void GrpcExecutor::Shared::Send(ConnectedGrpcTarget connected, core::ClaimedRun run, Done done) {
  const Id id{run.key, run.token};
  // Which attempt ends is known by its address, since one that is sent once more has the same id.
  const auto self = std::make_shared<const GrpcAttempt*>();
  const auto attempt = std::make_shared<GrpcAttempt>(
      std::move(run), std::move(connected), &connections, environment.clock,
      [shared = shared_from_this(), id, self, done = std::move(done)](AttemptResult result) {
        done(std::move(result));
        shared->OnEnded(id, *self);
      });
  *self = attempt.get();
  bool is_stopped = false;
  {
    base::MutexLock lock(&mu);
    is_stopped = stopped;
    if (!is_stopped) active[id] = attempt;
  }
  if (is_stopped) {
    attempt->Cancel();
  } else {
    attempt->Start();
  }
}

void GrpcExecutor::Shared::OnEnded(const Id& id, const GrpcAttempt* ended_one) {
  std::shared_ptr<GrpcAttempt> attempt;  // released after the lock
  base::MutexLock lock(&mu);
  const auto found = active.find(id);
  if (found == active.end() || found->second.get() != ended_one) return;
  attempt = std::move(found->second);
  active.erase(found);
  ended.SignalAll();
}

void GrpcExecutor::Shared::CancelSent(const core::RunRef& run) {
  std::shared_ptr<GrpcAttempt> attempt;
  {
    base::MutexLock lock(&mu);
    const auto found = active.find(Id{run.key, run.token});
    if (found != active.end()) attempt = found->second;
  }
  if (attempt != nullptr) attempt->Cancel();
}

GrpcExecutor::GrpcExecutor(const GrpcOptions& options, const EgressPolicy* egress,
                           const base::Clock* clock, secrets::SecretSource* secrets)
    : secrets_(secrets), shared_(std::make_shared<Shared>(options, egress, clock)) {
  KeepGrpcAlive();
}

GrpcExecutor::~GrpcExecutor() { Shutdown(); }

size_t GrpcExecutor::max_in_flight() const { return shared_->environment.options.max_in_flight; }

void GrpcExecutor::Execute(core::ClaimedRun run, Done done) {
  const auto* own =
      run.event == nullptr ? nullptr : std::get_if<core::GrpcTarget>(&run.event->target);
  if (own == nullptr) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no gRPC target"));
  }
  std::shared_ptr<const core::GrpcTarget> target(run.event, own);  // the event keeps it
  if (!own->connection.empty()) {
    return ExecuteBy(std::move(target), std::move(run), std::move(done));
  }
  ConnectedGrpcTarget alone;
  alone.target = std::move(target);
  if (HasTemplates(*own)) {
    absl::StatusOr<core::GrpcTarget> filled = RenderGrpcTarget(*own, run);
    if (!filled.ok()) return done(UnsentAttempt(filled.status()));
    alone.target = std::make_shared<const core::GrpcTarget>(*std::move(filled));
  }
  shared_->Send(std::move(alone), std::move(run), std::move(done));
}

void GrpcExecutor::ExecuteBy(std::shared_ptr<const core::GrpcTarget> target, core::ClaimedRun run,
                             Done done) {
  SendByConnection(std::move(target), std::move(run), std::move(done), secrets_, &file_readers_,
                   [this](AttemptConnection connection, const core::GrpcTarget& named,
                          core::ClaimedRun claimed, Done ended) {
                     SendBy(std::move(connection), named, std::move(claimed), std::move(ended));
                   });
}

void GrpcExecutor::SendBy(AttemptConnection connection, const core::GrpcTarget& target,
                          core::ClaimedRun run, Done done) {
  std::optional<core::GrpcTarget> filled;  // not copied where there is nothing to fill in
  if (HasTemplates(target)) {
    absl::StatusOr<core::GrpcTarget> rendered =
        RenderGrpcTarget(target, run, SecretsOf(&connection));
    if (!rendered.ok()) return done(UnsentAttempt(rendered.status()));
    filled = *std::move(rendered);
  }
  absl::StatusOr<ConnectedGrpcTarget> connected = Connect(filled ? *filled : target, &connection);
  if (!connected.ok()) return done(UnsentAttempt(connected.status()));
  if (!connected->token) {
    return shared_->Send(*std::move(connected), std::move(run),
                         Redacting(std::move(connection.redactor()), std::move(done)));
  }
  TokenRequest request = *connected->token;
  // A test asks for a token of its own: one that runs have says nothing of whether another can be had.
  if (run.probe) {
    base::StrAppend(&request.identity, "#", core::FormatRunId(run.key));
    request.once = true;
  }
  auto waiting = std::make_shared<const ConnectedGrpcTarget>(*std::move(connected));
  shared_->token_attempts.Begin(
      std::move(request), std::move(run), std::move(connection.redactor()),
      [shared = shared_.get(), waiting](std::string_view token, core::ClaimedRun sent,
                                        Done sent_done) {
        shared->Send(WithToken(*waiting, token), std::move(sent), std::move(sent_done));
      },
      std::move(done));
}

void GrpcExecutor::Cancel(const core::RunRef& run) {
  shared_->token_attempts.Cancel(run);
  shared_->CancelSent(run);
}

void GrpcExecutor::Shutdown() {
  {
    base::MutexLock lock(&shared_->mu);
    shared_->stopped = true;
  }
  // From here on what is sent is cancelled at once.
  file_readers_.Stop();
  shared_->tokens.Shutdown();
  shared_->client.Shutdown();
  std::vector<std::shared_ptr<GrpcAttempt>> attempts;
  {
    base::MutexLock lock(&shared_->mu);
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
