#include "scheduler/dispatch/database/database_executor.h"

#include <memory>
#include <utility>
#include <variant>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {

DatabaseExecutor::DatabaseExecutor(const DatabaseOptions& options, const EgressPolicy* egress,
                                   const base::Clock* clock, secrets::SecretSource* secrets)
    : options_(options),
      clock_(clock),
      secrets_(secrets),
      registry_(clock),
      pools_(options, {egress, clock, &resolver_, options.connect_timeout, options.ca_file},
             &registry_) {}

DatabaseExecutor::~DatabaseExecutor() { Shutdown(); }

void DatabaseExecutor::Execute(core::ClaimedRun run, Done done) {
  const auto* target =
      run.event == nullptr ? nullptr : std::get_if<core::DatabaseTarget>(&run.event->target);
  if (target == nullptr) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no database target"));
  }
  absl::StatusOr<AttemptConnection> found =
      AttemptConnection::Find(run, target->connection, secrets_);
  if (!found.ok()) return done(UnsentAttempt(found.status()));
  const base::Millis timeout =
      run.attempt_timeout > 0 ? run.attempt_timeout : base::limits::kDefaultAttemptTimeout;
  auto attempt = std::make_shared<DatabaseAttempt>(std::move(run), *std::move(found),
                                                   clock_->MonoNow() + timeout, std::move(done));
  if (registry_.Add(attempt)) return pools_.Submit(attempt);
  if (attempt->End()) attempt->Report(CancelledAttempt());
}

void DatabaseExecutor::Shutdown() {
  registry_.Stop();
  pools_.Stop();
  resolver_.Stop();
}

}  // namespace scheduler::dispatch
