#ifndef SCHEDULER_DISPATCH_GRPC_EXECUTOR_H_
#define SCHEDULER_DISPATCH_GRPC_EXECUTOR_H_

#include <memory>
#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/grpc_options.h"

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
class GrpcExecutor final : public Executor {
 public:
  // `clock` and `egress` outlive the executor; the clock must run by itself. A CA file that cannot
  // be read makes every TLS target fail.
  GrpcExecutor(const GrpcOptions& options, const EgressPolicy* egress, const base::Clock* clock);
  ~GrpcExecutor() override;

  std::string_view name() const override { return "grpc"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override;
  size_t max_in_flight() const override;
  void Shutdown() override;

 private:
  struct Shared;  // what callbacks under way touch; it outlives the executor

  const std::shared_ptr<Shared> shared_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_EXECUTOR_H_
