#include "scheduler/dispatch/function/lambda_executor.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/function/lambda_call.h"
#include "scheduler/dispatch/sigv4.h"
#include "scheduler/dispatch/template/connection_secrets.h"

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr auto kLine = secrets::SecretForm::kLine;

AttemptResult Late() {
  return FailedAttempt(core::failure::kTimeout, "the secrets were not read in time");
}

// The key of the connection, read from where its secrets are.
absl::StatusOr<AwsKey> KeyOf(const core::AwsSettings& settings, AttemptConnection* connection) {
  absl::StatusOr<base::SecretText> secret =
      connection->Read("secret_access_key", settings.secret_access_key, kLine);
  if (!secret.ok()) return secret.status();
  absl::StatusOr<base::SecretText> token =
      connection->Read("session_token", settings.session_token, kLine);
  if (!token.ok()) return token.status();
  return AwsKey{settings.access_key_id, *std::move(secret), *std::move(token), settings.region,
                "lambda"};
}

}  // namespace

LambdaExecutor::LambdaExecutor(const HttpOptions& options, const EgressPolicy* egress,
                               const base::Clock* clock, secrets::SecretSource* secrets)
    : options_(options), clock_(clock), secrets_(secrets), client_(options, egress, clock) {}

LambdaExecutor::~LambdaExecutor() { Shutdown(); }

void LambdaExecutor::Execute(core::ClaimedRun run, Done done) {
  const auto* target =
      run.event == nullptr ? nullptr : std::get_if<core::LambdaTarget>(&run.event->target);
  if (target == nullptr) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no Lambda target"));
  }
  absl::StatusOr<AttemptConnection> found =
      AttemptConnection::Find(run, target->connection, secrets_);
  if (!found.ok()) return done(UnsentAttempt(found.status()));
  const base::Millis timeout =
      run.attempt_timeout > 0 ? run.attempt_timeout : base::limits::kDefaultAttemptTimeout;
  const int64_t deadline_nanos = clock_->MonoNanos() + timeout * kNanosPerMilli;
  const AttemptPtr attempt = Add({run.key, run.token}, &done);
  if (attempt == nullptr) return done(CancelledAttempt());
  if (found->AllAtHand()) return Send(*std::move(found), run, deadline_nanos, attempt);
  // A call keeps the time by itself; until there is one, this does.
  client_.After(timeout, [attempt] { attempt->Finish(Late()); });
  // Shared, since a task is copied on its way.
  struct Waiting {
    AttemptConnection connection;
    core::ClaimedRun run;
  };
  auto waiting = std::make_shared<Waiting>(Waiting{*std::move(found), std::move(run)});
  const bool posted = file_readers_.Post([this, waiting, deadline_nanos, attempt] {
    if (attempt->ended()) return;
    Send(std::move(waiting->connection), waiting->run, deadline_nanos, attempt);
  });
  if (!posted) attempt->Finish(CancelledAttempt());
}

void LambdaExecutor::Send(AttemptConnection connection, const core::ClaimedRun& run,
                          int64_t deadline_nanos, const AttemptPtr& attempt) {
  const auto unsent = [&attempt](const absl::Status& status) {
    attempt->Finish(UnsentAttempt(status));
  };
  const absl::StatusOr<const core::AwsSettings*> settings = connection.As<core::AwsSettings>();
  if (!settings.ok()) return unsent(settings.status());
  const absl::StatusOr<AwsKey> key = KeyOf(**settings, &connection);
  if (!key.ok()) return unsent(key.status());
  const auto& target = std::get<core::LambdaTarget>(run.event->target);
  absl::StatusOr<HttpCall> call = BuildLambdaCall(**settings, target, run, SecretsOf(&connection));
  if (!call.ok()) return unsent(call.status());
  // Meanwhile its time may have passed, or it was cancelled.
  if (attempt->ended()) return;
  call->timeout =
      std::max<base::Millis>(1, (deadline_nanos - clock_->MonoNanos()) / kNanosPerMilli);
  Sign(*key, clock_->WallNow(), &*call);
  auto redactor = std::make_shared<const SecretRedactor>(std::move(connection.redactor()));
  attempt->SetCall(client_.Send(*std::move(call), [attempt, event = run.event, redactor,
                                                   clock = clock_](const HttpAnswer& answer) {
    const auto& target = std::get<core::LambdaTarget>(event->target);
    attempt->Finish(redactor->Redact(answer.transport.ok()
                                         ? ReadLambdaAnswer(target, answer, clock->WallNow())
                                         : UnansweredAttempt(answer.transport)));
  }));
}

LambdaExecutor::AttemptPtr LambdaExecutor::Add(const core::RunRef& run, Done* done) {
  const Id id{run.key, run.token};
  base::MutexLock lock(&mu_);
  if (stopped_) return nullptr;
  auto attempt = std::make_shared<LambdaAttempt>(
      &client_, [this, id] { Remove(id); }, std::move(*done));
  active_[id] = attempt;
  return attempt;
}

void LambdaExecutor::Remove(const Id& id) {
  AttemptPtr removed;  // released after the lock
  base::MutexLock lock(&mu_);
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  removed = std::move(found->second);
  active_.erase(found);
}

void LambdaExecutor::Cancel(const core::RunRef& run) {
  AttemptPtr attempt;
  {
    base::MutexLock lock(&mu_);
    const auto found = active_.find(Id{run.key, run.token});
    if (found == active_.end()) return;
    attempt = found->second;
  }
  attempt->Cancel();
}

void LambdaExecutor::Shutdown() {
  std::vector<AttemptPtr> attempts;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    for (const auto& [id, attempt] : active_) attempts.push_back(attempt);
  }
  for (const AttemptPtr& attempt : attempts) attempt->Cancel();
  file_readers_.Stop();
  client_.Shutdown();
}

}  // namespace scheduler::dispatch
