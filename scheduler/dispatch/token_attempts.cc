#include "scheduler/dispatch/token_attempts.h"

#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

}  // namespace

void TokenAttempts::Begin(TokenRequest request, core::ClaimedRun run, SecretRedactor redactor,
                          Send send, Executor::Done done) {
  auto attempt = std::make_shared<Attempt>();
  const base::Millis timeout =
      run.attempt_timeout > 0 ? run.attempt_timeout : base::limits::kDefaultAttemptTimeout;
  attempt->deadline_nanos = clock_->MonoNanos() + timeout * kNanosPerMilli;
  attempt->request = std::move(request);
  attempt->send = std::move(send);
  attempt->run = std::move(run);
  attempt->redactor = std::move(redactor);
  attempt->done = std::move(done);
  {
    base::MutexLock lock(&mu_);
    attempts_[attempt->id()] = attempt;
  }
  GetToken(attempt);
}

void TokenAttempts::GetToken(const Shared& attempt) {
  tokens_->Get(attempt->id(), attempt->request, attempt->deadline_nanos,
               [this, attempt](TokenAnswer answer) { OnToken(attempt, std::move(answer)); });
  // Cancel may have come before there was anything to be cancelled.
  if (attempt->cancelled.load()) tokens_->Cancel(attempt->id());
}

void TokenAttempts::OnToken(const Shared& attempt, TokenAnswer answer) {
  if (answer.token == nullptr) return Finish(attempt, std::move(answer.failure));
  if (attempt->cancelled.load()) return Finish(attempt, CancelledAttempt());
  const int64_t left = (attempt->deadline_nanos - clock_->MonoNanos()) / kNanosPerMilli;
  if (left <= 0) {
    return Finish(attempt, FailedAttempt(core::failure::kTimeout, "no token came in time"));
  }
  attempt->token = std::move(answer.token);
  attempt->redactor.Add(attempt->token->view());
  core::ClaimedRun run = attempt->run;
  run.attempt_timeout = left;
  attempt->send(attempt->token->view(), std::move(run),
                [this, attempt](AttemptResult result) { OnResult(attempt, std::move(result)); });
  if (attempt->cancelled.load()) cancel_sent_({attempt->run.key, attempt->run.token});
}

void TokenAttempts::OnResult(const Shared& attempt, AttemptResult result) {
  const bool refused = result.error != nullptr && result.error->status == refused_;
  if (!refused || attempt->again || attempt->cancelled.load()) {
    return Finish(attempt, std::move(result));
  }
  attempt->again = true;
  tokens_->Drop(attempt->request.identity, attempt->token);
  GetToken(attempt);
}

void TokenAttempts::Finish(const Shared& attempt, AttemptResult result) {
  {
    base::MutexLock lock(&mu_);
    attempts_.erase(attempt->id());
  }
  attempt->done(attempt->redactor.Redact(std::move(result)));
}

void TokenAttempts::Cancel(const core::RunRef& run) {
  Shared attempt;
  {
    base::MutexLock lock(&mu_);
    const auto found = attempts_.find(TransferId{run.key, run.token});
    if (found == attempts_.end()) return;
    attempt = found->second;
  }
  attempt->cancelled.store(true);
  tokens_->Cancel(attempt->id());
}

}  // namespace scheduler::dispatch
