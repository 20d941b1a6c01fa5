#ifndef SCHEDULER_DISPATCH_NOTIFICATION_ACCESS_TOKENS_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_ACCESS_TOKENS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/notification/service_account.h"

namespace scheduler::dispatch {

// Access tokens of service accounts, kept until a minute before they end. Those who ask while one is being got wait
// for it.
//
// Thread-safe.
class AccessTokens {
 public:
  static constexpr size_t kMaxKept = 1000;

  // Called once, without locks, from any thread. An empty token comes with why it was refused.
  using Done = std::function<void(const AccessToken& token)>;

  // Tokens are for `scope`. Client and clock outlive it; the client is shut down before it goes.
  AccessTokens(HttpClient* client, const base::Clock* clock, std::string scope)
      : client_(client), clock_(clock), scope_(std::move(scope)) {}

  // A token of `account`. `key` stands for the account (AttemptConnection::Identity). A kept one that is
  // `refused` is dropped; empty: none was.
  void Get(const std::string& key, const ServiceAccount& account, const std::string& refused,
           Done done);

  // A token that is had now, over a new connection, for this caller alone.
  void GetUnkept(const ServiceAccount& account, Done done);

 private:
  struct Entry {
    AccessToken token;
    int64_t until_nanos = 0;  // of the monotonic clock
    bool under_way = false;
    std::vector<Done> waiting;
  };

  void Ask(const ServiceAccount& account, bool fresh_connection, Done done);
  // Keeps the token of a call that began at `asked_nanos`, and tells those who wait.
  void Tell(const std::string& key, int64_t asked_nanos, const AccessToken& token);
  // For an entry that is added.
  void MakeRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  HttpClient* const client_;
  const base::Clock* const clock_;
  const std::string scope_;
  base::Mutex mu_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_ACCESS_TOKENS_H_
