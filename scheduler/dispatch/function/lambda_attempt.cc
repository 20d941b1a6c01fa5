#include "scheduler/dispatch/function/lambda_attempt.h"

#include <utility>

#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {

void LambdaAttempt::Finish(AttemptResult result) {
  std::function<void()> on_end;
  Executor::Done done;
  {
    base::MutexLock lock(&mu_);
    if (done_ == nullptr) return;
    on_end.swap(on_end_);
    done.swap(done_);
  }
  on_end();
  done(std::move(result));
}

void LambdaAttempt::Cancel() {
  HttpClient::CallId call = 0;
  {
    base::MutexLock lock(&mu_);
    if (done_ != nullptr) call = call_;
  }
  // Its answer finds that the attempt has ended.
  Finish(CancelledAttempt());
  if (call != 0) client_->Cancel(call);
}

void LambdaAttempt::SetCall(HttpClient::CallId id) {
  {
    base::MutexLock lock(&mu_);
    call_ = id;
    if (done_ != nullptr) return;
  }
  // Of one that was answered meanwhile the client knows nothing any more.
  client_->Cancel(id);
}

bool LambdaAttempt::ended() {
  base::MutexLock lock(&mu_);
  return done_ == nullptr;
}

}  // namespace scheduler::dispatch
