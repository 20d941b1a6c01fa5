#ifndef SCHEDULER_DISPATCH_TOKEN_ATTEMPTS_H_
#define SCHEDULER_DISPATCH_TOKEN_ATTEMPTS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/curl_transfer.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_tokens.h"
#include "scheduler/dispatch/secret_redactor.h"
#include "scheduler/dispatch/token_request.h"

namespace scheduler::dispatch {

// Attempts whose requests carry a token that must be had first, whatever their target is. An attempt whose token
// the target refuses is sent once more, with a new one: the one it had may have been withdrawn. All of it takes
// no longer than the attempt's timeout.
//
// Thread-safe.
class TokenAttempts {
 public:
  // Sends the attempt's request with `token`, as Executor::Execute does.
  using Send =
      std::function<void(std::string_view token, core::ClaimedRun run, Executor::Done done)>;
  // Cancels one that was sent.
  using CancelSent = std::function<void(const core::RunRef& run)>;

  // `tokens` and `clock` outlive the attempts, and these all that they have sent. `refused` is the status by
  // which targets refuse a token (core::RunError::status).
  TokenAttempts(HttpTokens* tokens, const base::Clock* clock, int32_t refused,
                CancelSent cancel_sent)
      : tokens_(tokens), clock_(clock), refused_(refused), cancel_sent_(std::move(cancel_sent)) {}

  // Calls `done` as Executor::Execute does, without the secrets of `redactor` and without the token.
  void Begin(TokenRequest request, core::ClaimedRun run, SecretRedactor redactor, Send send,
             Executor::Done done);

  // Unknown ones are ignored.
  void Cancel(const core::RunRef& run);

 private:
  struct Attempt {
    TokenRequest request;
    core::ClaimedRun run;
    SecretRedactor redactor;
    Send send;
    Executor::Done done;
    int64_t deadline_nanos = 0;
    Token token;
    bool again = false;  // it was sent before, and refused
    std::atomic<bool> cancelled{false};

    TransferId id() const { return {run.key, run.token}; }
  };
  using Shared = std::shared_ptr<Attempt>;

  void GetToken(const Shared& attempt);
  void OnToken(const Shared& attempt, TokenAnswer answer);
  void OnResult(const Shared& attempt, AttemptResult result);
  void Finish(const Shared& attempt, AttemptResult result);

  HttpTokens* const tokens_;
  const base::Clock* const clock_;
  const int32_t refused_;
  const CancelSent cancel_sent_;
  base::Mutex mu_;
  absl::flat_hash_map<TransferId, Shared> attempts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TOKEN_ATTEMPTS_H_
