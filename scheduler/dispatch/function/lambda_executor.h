#ifndef SCHEDULER_DISPATCH_FUNCTION_LAMBDA_EXECUTOR_H_
#define SCHEDULER_DISPATCH_FUNCTION_LAMBDA_EXECUTOR_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/function/lambda_attempt.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/http_options.h"
#include "scheduler/dispatch/task_threads.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Delivers runs to functions of AWS Lambda: one Invoke an attempt (lambda_call.h), signed by Signature Version 4.
//
//   answer                                        result
//   the function's payload, or that it is queued  completed, the payload as output
//   X-Amz-Function-Error                          failed FUNCTION_ERROR, the payload as output
//   a refusal of Lambda's                         failed by its type or status (aws_api.h), Retry-After
//   none in time, whole or in part                failed TIMEOUT
//   refused, reset, name or TLS failed            failed CONNECTION
//   address denied                                failed EGRESS_DENIED
//   a target or template that cannot be sent      failed VALIDATION
//   its connection does not exist                 failed CONNECTION_NOT_FOUND
//   the connection's secret cannot be read        failed SECRET_UNAVAILABLE
//
// After a cancel or a TIMEOUT the function goes on at Lambda, which knows no way to stop one.
class LambdaExecutor final : public Executor {
 public:
  // `clock`, `egress` and `secrets` outlive the executor; the clock must run by itself. Null `secrets`: no secret
  // can be read. Of the options the number of threads is not used.
  LambdaExecutor(const HttpOptions& options, const EgressPolicy* egress, const base::Clock* clock,
                 secrets::SecretSource* secrets);
  ~LambdaExecutor() override;

  std::string_view name() const override { return "lambda"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override;
  size_t max_in_flight() const override { return options_.max_in_flight; }
  void Shutdown() override;

 private:
  using Id = std::pair<core::RunKey, uint64_t>;
  using AttemptPtr = std::shared_ptr<LambdaAttempt>;

  // Files with secrets that are not at hand are read here.
  static constexpr size_t kFileReaders = 4;

  // Null, and `done` is not taken, if the executor is shut down.
  AttemptPtr Add(const core::RunRef& run, Done* done);
  void Remove(const Id& id);
  // Reads the secrets, which may block on a file, and sends. REQUIRES: the event has a Lambda target.
  void Send(AttemptConnection connection, const core::ClaimedRun& run, int64_t deadline_nanos,
            const AttemptPtr& attempt);

  const HttpOptions options_;
  const base::Clock* const clock_;
  secrets::SecretSource* const secrets_;
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  absl::flat_hash_map<Id, AttemptPtr> active_ ABSL_GUARDED_BY(mu_);
  HttpClient client_;
  TaskThreads file_readers_{kFileReaders};
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_FUNCTION_LAMBDA_EXECUTOR_H_
