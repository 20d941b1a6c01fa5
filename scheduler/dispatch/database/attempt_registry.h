#ifndef SCHEDULER_DISPATCH_DATABASE_ATTEMPT_REGISTRY_H_
#define SCHEDULER_DISPATCH_DATABASE_ATTEMPT_REGISTRY_H_

#include <cstddef>
#include <map>
#include <thread>
#include <tuple>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/database/database_attempt.h"

namespace scheduler::dispatch {

// The attempts in flight, and a thread that ends those whose time is over or that are cancelled: at once,
// whatever the database does.
//
// Thread-safe.
class AttemptRegistry {
 public:
  // `clock` outlives it and runs by itself.
  explicit AttemptRegistry(const base::Clock* clock);
  ~AttemptRegistry();
  AttemptRegistry(const AttemptRegistry&) = delete;
  AttemptRegistry& operator=(const AttemptRegistry&) = delete;

  // False after Stop.
  bool Add(const AttemptPtr& attempt);
  // Reports `result` unless the attempt has ended.
  void Finish(const AttemptPtr& attempt, AttemptResult result);
  // The attempt ends soon, on the registry's thread. Unknown ones are ignored.
  void Cancel(const core::RunRef& run);
  size_t size();

  // Ends all attempts as cancelled. Idempotent.
  void Stop();

 private:
  using Key = std::tuple<core::Uid, int64_t, uint64_t>;
  struct Entry {
    AttemptPtr attempt;
    bool cancelled = false;
  };

  static Key KeyOf(const core::RunRef& run) { return {run.key.uid, run.key.number, run.token}; }
  static Key KeyOf(const DatabaseAttempt& attempt) {
    return KeyOf(core::RunRef{attempt.run.key, attempt.run.token});
  }

  void Run();
  // Those that are to end now, taken out.
  std::vector<Entry> TakeEnding() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Erase(const DatabaseAttempt& attempt) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const base::Clock* const clock_;
  base::Mutex mu_;
  base::CondVar wake_;
  std::map<Key, AttemptPtr> attempts_ ABSL_GUARDED_BY(mu_);
  std::multimap<base::Millis, Key> deadlines_ ABSL_GUARDED_BY(mu_);
  std::vector<Key> cancelled_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_ATTEMPT_REGISTRY_H_
