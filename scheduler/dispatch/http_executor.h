#ifndef SCHEDULER_DISPATCH_HTTP_EXECUTOR_H_
#define SCHEDULER_DISPATCH_HTTP_EXECUTOR_H_

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/curl_loop.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/http_connection.h"
#include "scheduler/dispatch/http_options.h"
#include "scheduler/dispatch/http_tokens.h"
#include "scheduler/dispatch/task_threads.h"
#include "scheduler/dispatch/token_attempts.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Delivers runs to HTTP targets: one request an attempt, over kept-alive connections, HTTP/2 where
// the target speaks it over TLS. Requests are built on the caller's thread and carried by the
// loops'. Redirects are not followed, the proxy environment is ignored, certificates are verified.
//
//   answer                                        result
//   a status that success_codes names             completed, body as output (4 KiB kept)
//   another status                                failed, class of the status, Retry-After
//   none in time, whole or in part                failed TIMEOUT
//   refused, reset, name or TLS failed            failed CONNECTION
//   address denied                                failed EGRESS_DENIED
//   a target that cannot be sent (URL, header)    failed VALIDATION
//   a template that cannot be filled in           failed VALIDATION
//   its connection does not exist                 failed CONNECTION_NOT_FOUND
//   the connection's secret cannot be read        failed SECRET_UNAVAILABLE
//   no token can be had                           failed, see ReadToken in token_request.h
//
// A target with a connection is sent with what that adds (http_connection.h), a token among it
// (token_attempts.h); its secrets are taken out of the result.
class HttpExecutor final : public Executor {
 public:
  // `clock` and `egress` outlive the executor; the clock must run by itself. REQUIRES:
  // options.threads ≥ 1. `secrets` outlives it too; null: no secret can be read.
  HttpExecutor(const HttpOptions& options, const EgressPolicy* egress, const base::Clock* clock,
               secrets::SecretSource* secrets = nullptr);
  ~HttpExecutor() override;

  std::string_view name() const override { return "http"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override;
  size_t max_in_flight() const override { return options_.max_in_flight; }
  void Shutdown() override;

 private:
  // Files with secrets that are not held are read here, so that one that hangs holds up those alone that
  // need it, or one like it.
  static constexpr size_t kFileReaders = 4;

  void ExecuteBy(std::shared_ptr<const core::HttpTarget> target, core::ClaimedRun run, Done done);
  void SendBy(AttemptConnection connection, const core::HttpTarget& target, core::ClaimedRun run,
              Done done);
  void Send(const ConnectedTarget& connected, core::ClaimedRun run, Done done);
  void CancelSent(const core::RunRef& run);

  const HttpOptions options_;
  const EgressPolicy* const egress_;
  const base::Clock* const clock_;
  secrets::SecretSource* const secrets_;
  HttpTokens tokens_;
  TokenAttempts token_attempts_;
  HttpClient client_;  // for tokens
  std::vector<std::unique_ptr<CurlLoop>> loops_;
  std::atomic<size_t> next_loop_{0};
  TaskThreads file_readers_{kFileReaders};
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_EXECUTOR_H_
