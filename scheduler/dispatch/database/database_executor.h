#ifndef SCHEDULER_DISPATCH_DATABASE_DATABASE_EXECUTOR_H_
#define SCHEDULER_DISPATCH_DATABASE_DATABASE_EXECUTOR_H_

#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/database/attempt_registry.h"
#include "scheduler/dispatch/database/database_options.h"
#include "scheduler/dispatch/database/session_pools.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/host_resolver.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Delivers runs to databases: one statement an attempt, in a transaction of its own, over pooled connections.
// Values of the run are bound, never pasted.
//
//   answer                                            result
//   the statement succeeded                           completed, rows or a number as output (4 KiB kept)
//   an error of the database                          failed, by failure_classes.h
//   none in time                                      failed TIMEOUT, the statement is cancelled
//   refused, reset, name or TLS failed                failed CONNECTION
//   address denied                                    failed EGRESS_DENIED
//   too many attempts wait for this database          failed RATE_LIMITED
//   a value missing or not as declared                failed VALIDATION
//   its connection does not exist                     failed CONNECTION_NOT_FOUND
//   a secret of the connection cannot be read         failed SECRET_UNAVAILABLE
class DatabaseExecutor final : public Executor {
 public:
  // All outlive the executor; the clock must run by itself. `secrets` null: no secret can be read.
  DatabaseExecutor(const DatabaseOptions& options, const EgressPolicy* egress,
                   const base::Clock* clock, secrets::SecretSource* secrets = nullptr);
  ~DatabaseExecutor() override;

  std::string_view name() const override { return "database"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override { registry_.Cancel(run); }
  size_t max_in_flight() const override { return options_.max_in_flight; }
  void Shutdown() override;

 private:
  const DatabaseOptions options_;
  const base::Clock* const clock_;
  secrets::SecretSource* const secrets_;
  HostResolver resolver_;
  AttemptRegistry registry_;
  SessionPools pools_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_DATABASE_EXECUTOR_H_
