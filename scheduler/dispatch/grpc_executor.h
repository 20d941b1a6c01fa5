#ifndef SCHEDULER_DISPATCH_GRPC_EXECUTOR_H_
#define SCHEDULER_DISPATCH_GRPC_EXECUTOR_H_

#include <memory>
#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/grpc_options.h"
#include "scheduler/dispatch/task_threads.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Delivers runs to gRPC targets: one unary call an attempt, of any method, by its name. The types
// come from the target's reflection (v1, else v1alpha) and are kept per address; messages go in and
// out as JSON. Calls carry the delivery's fields as metadata and the attempt's timeout as deadline.
// No thread waits for a target: look-up, reflection and call are all callbacks.
//
//   end of the call                              result
//   OK                                           completed, reply as JSON (4 KiB kept)
//   another status                               failed, class of the code; grpc-retry-pushback-ms
//   no connection, or it broke                   failed CONNECTION
//   deadline, also while the types are asked     failed TIMEOUT
//   address denied                               failed EGRESS_DENIED
//   no such method, streaming, no reflection,
//   message does not fit, reply above 1 MiB,
//   a template that cannot be filled in          failed VALIDATION
//   its connection does not exist                failed CONNECTION_NOT_FOUND
//   the connection's secret cannot be read       failed SECRET_UNAVAILABLE
//   no token can be had                          failed, see ReadToken in token_request.h
//
// A target with a connection is called with what that adds (grpc_account.h), a token among it
// (token_attempts.h), also when the types are asked; its secrets are taken out of the result.
class GrpcExecutor final : public Executor {
 public:
  // `clock` and `egress` outlive the executor; the clock must run by itself. A CA file that cannot
  // be read makes every TLS target fail. `secrets` outlives the executor too; null: no secret can be
  // read.
  GrpcExecutor(const GrpcOptions& options, const EgressPolicy* egress, const base::Clock* clock,
               secrets::SecretSource* secrets = nullptr);
  ~GrpcExecutor() override;

  std::string_view name() const override { return "grpc"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override;
  size_t max_in_flight() const override;
  void Shutdown() override;

 private:
  struct Shared;  // what callbacks under way touch; it outlives the executor

  // Files with secrets that are not at hand are read here.
  static constexpr size_t kFileReaders = 4;

  void ExecuteBy(std::shared_ptr<const core::GrpcTarget> target, core::ClaimedRun run, Done done);
  void SendBy(AttemptConnection connection, const core::GrpcTarget& target, core::ClaimedRun run,
              Done done);

  secrets::SecretSource* const secrets_;
  const std::shared_ptr<Shared> shared_;
  TaskThreads file_readers_{kFileReaders};
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_EXECUTOR_H_
