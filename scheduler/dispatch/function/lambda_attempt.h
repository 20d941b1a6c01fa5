#ifndef SCHEDULER_DISPATCH_FUNCTION_LAMBDA_ATTEMPT_H_
#define SCHEDULER_DISPATCH_FUNCTION_LAMBDA_ATTEMPT_H_

#include <functional>

#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_client.h"

namespace scheduler::dispatch {

// One attempt on its way, from Execute to its `done`. Whoever ends it first counts.
//
// Thread-safe. Calls out without locks.
class LambdaAttempt {
 public:
  // `client` outlives it. `on_end` is called just before `done`.
  LambdaAttempt(HttpClient* client, std::function<void()> on_end, Executor::Done done)
      : client_(client), on_end_(std::move(on_end)), done_(std::move(done)) {}

  // Nothing if it has ended before.
  void Finish(AttemptResult result);

  // Ends it as cancelled, and its call.
  void Cancel();

  // The call that was sent for it, which is cancelled if the attempt has ended meanwhile.
  void SetCall(HttpClient::CallId id);

  bool ended();

 private:
  HttpClient* const client_;
  base::Mutex mu_;
  std::function<void()> on_end_ ABSL_GUARDED_BY(mu_);
  Executor::Done done_ ABSL_GUARDED_BY(mu_);          // null: it has ended
  HttpClient::CallId call_ ABSL_GUARDED_BY(mu_) = 0;  // 0: none yet
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_FUNCTION_LAMBDA_ATTEMPT_H_
