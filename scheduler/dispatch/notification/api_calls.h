#ifndef SCHEDULER_DISPATCH_NOTIFICATION_API_CALLS_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_API_CALLS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/http_client.h"

namespace scheduler::dispatch {

// Several calls of one API, a few at once. One whose kept connection was closed before an answer is sent once more,
// over a new one.
//
// Thread-safe. Calls back without locks.
class ApiCalls : public std::enable_shared_from_this<ApiCalls> {
 public:
  using OnEnd = std::function<void(std::vector<HttpAnswer>)>;

  // `client` outlives it. Own it by a shared_ptr.
  ApiCalls(HttpClient* client, std::vector<HttpCall> calls, OnEnd on_end);

  // Tells, once, of the answers in the order of the calls, unless they are stopped. REQUIRES: called once.
  void Start();
  // Cancels what is under way.
  void Stop();

 private:
  static constexpr size_t kMaxAtOnce = 16;

  void Next();
  void SendOne(size_t index, bool again);
  void OnAnswer(size_t index, bool again, HttpAnswer answer);

  HttpClient* const client_;
  const std::vector<HttpCall> calls_;
  base::Mutex mu_;
  OnEnd on_end_ ABSL_GUARDED_BY(mu_);  // null: told, or stopped
  size_t next_ ABSL_GUARDED_BY(mu_) = 0;
  size_t left_ ABSL_GUARDED_BY(mu_);
  std::vector<HttpAnswer> answers_ ABSL_GUARDED_BY(mu_);
  std::map<size_t, HttpClient::CallId> under_way_ ABSL_GUARDED_BY(mu_);  // 0: about to be sent
};

// The calls of one channel: some ApiCalls after others, until they are stopped. Thread-safe.
class ApiCallChain {
 public:
  // Starts them, unless the chain is stopped. REQUIRES: those before have ended.
  void Begin(std::shared_ptr<ApiCalls> next);
  // Cancels what is under way; nothing more is begun.
  void Stop();

 private:
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::shared_ptr<ApiCalls> calls_ ABSL_GUARDED_BY(mu_);  // that are under way
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_API_CALLS_H_
