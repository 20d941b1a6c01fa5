#ifndef SCHEDULER_DISPATCH_DATABASE_SESSION_POOLS_H_
#define SCHEDULER_DISPATCH_DATABASE_SESSION_POOLS_H_

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/database/attempt_registry.h"
#include "scheduler/dispatch/database/database_options.h"
#include "scheduler/dispatch/database/database_session.h"
#include "scheduler/dispatch/task_threads.h"

namespace scheduler::dispatch {

// Connections to databases, kept by AttemptConnection::Identity, and the attempts that wait for one. Each
// connection has a thread of its own, which waits for the database and nobody else's.
//
// A database that hangs holds its own connections and attempts alone, since none gets more of either than
// are left for all others (Choudhury and Hahne, Dynamic Queue Length Thresholds, 1998): there is always some
// left for one that was not used before.
//
// Thread-safe.
class SessionPools {
 public:
  // Both outlive it.
  SessionPools(const DatabaseOptions& options, const SessionBasis& basis,
               AttemptRegistry* registry);
  ~SessionPools();
  SessionPools(const SessionPools&) = delete;
  SessionPools& operator=(const SessionPools&) = delete;

  // REQUIRES: the attempt is registered. Its end is the registry's Finish: RATE_LIMITED at once if too many
  // wait for this database already.
  void Submit(const AttemptPtr& attempt);

  // Closes all connections. REQUIRES: no attempt is registered any more. Idempotent.
  void Stop();

 private:
  struct Pool {
    std::string identity;
    size_t max_sessions = 0;
    size_t sessions = 0;  // opened or being so
    size_t idle = 0;      // of these, wait for an attempt
    size_t retire = 0;    // of these, are asked to close
    std::deque<AttemptPtr> waiting;
    base::CondVar wake;
  };
  using PoolPtr = std::shared_ptr<Pool>;

  // Runs sessions of a pool, one after the other, until there is nothing to do.
  void Serve(const PoolPtr& pool);
  void ServeOne(const AttemptPtr& attempt, Interrupt* interrupt,
                std::unique_ptr<DatabaseSession>* session, SecretRedactor* redactor);
  AttemptResult RunOne(const AttemptPtr& attempt, Interrupt* interrupt,
                       std::unique_ptr<DatabaseSession>* session, SecretRedactor* redactor);
  // The next attempt; null when the caller should close. `may_idle`: it may be waited for.
  AttemptPtr Take(Pool* pool, bool may_idle);
  void Leave(const PoolPtr& pool);

  // Starts sessions for those who wait, as far as the bounds allow.
  void Start(const PoolPtr& pool) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool MayStart(const Pool& pool) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RetireOneElsewhere(const Pool* pool) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const DatabaseOptions options_;
  const SessionBasis basis_;
  AttemptRegistry* const registry_;
  base::Mutex mu_;
  std::map<std::string, PoolPtr, std::less<>> pools_ ABSL_GUARDED_BY(mu_);
  size_t sessions_ ABSL_GUARDED_BY(mu_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  TaskThreads threads_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_SESSION_POOLS_H_
