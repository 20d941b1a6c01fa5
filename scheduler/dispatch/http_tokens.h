#ifndef SCHEDULER_DISPATCH_HTTP_TOKENS_H_
#define SCHEDULER_DISPATCH_HTTP_TOKENS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/curl_transfer.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/token_request.h"

namespace scheduler::dispatch {

// The tokens of connections that have them from a server of their own. One request serves all attempts that
// wait for the same token. It is kept until its end, and had anew a while before that (limits::kTokenLead),
// in the background: attempts go on with the old one meanwhile, also if that fails.
//
// Thread-safe. Nothing of a token is ever logged.
class HttpTokens {
 public:
  // Without a lifetime. `failure` is set where there is no token.
  using Done = std::function<void(TokenAnswer)>;

  // Both outlive the tokens; the client must be shut down before they go.
  HttpTokens(HttpClient* client, const base::Clock* clock) : client_(client), clock_(clock) {}

  // Calls `done` exactly once, without locks: at once for a token that is kept, else on the client's thread.
  // TIMEOUT at `deadline_nanos` of the monotonic clock, however long the request for the token takes.
  void Get(const TransferId& who, const TokenRequest& request, int64_t deadline_nanos, Done done);

  // Who waits is told CANCELLED. Unknown ones are ignored.
  void Cancel(const TransferId& who);

  // Forgets the token, which a target refused, unless there is a newer one by now.
  void Drop(const std::string& identity, const Token& token);

  // All who wait are told CANCELLED, and whoever comes. Idempotent.
  void Shutdown();

 private:
  struct Waiter {
    TransferId who;
    int64_t deadline_nanos = 0;
    Done done;
  };
  struct Entry {
    Token token;
    int64_t end_nanos = 0;    // of the token
    int64_t renew_nanos = 0;  // from here on it is had anew
    bool asked = false;       // a request is under way
    int64_t alarm_nanos = 0;  // the earliest deadline of a waiter; 0: no alarm is set
    std::vector<Waiter> waiters;
  };

  void Ask(const TokenRequest& request);
  void OnAnswer(const TokenRequest& request, const HttpAnswer& answer);
  // One alarm for all who wait for a token, for the earliest deadline.
  void SetAlarm(const std::string& identity, int64_t alarm_nanos);
  void OnAlarm(const std::string& identity, int64_t alarm_nanos);
  // For an entry that is added.
  void MakeRoom(int64_t now_nanos) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  HttpClient* const client_;
  const base::Clock* const clock_;
  base::Mutex mu_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mu_);  // by identity
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_TOKENS_H_
