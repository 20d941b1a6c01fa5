#ifndef SCHEDULER_DISPATCH_WORKER_DIRECTORY_H_
#define SCHEDULER_DISPATCH_WORKER_DIRECTORY_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/worker_link.h"
#include "scheduler/dispatch/worker_poll.h"
#include "scheduler/dispatch/worker_session.h"

namespace scheduler::dispatch {

// Which sessions, streams and waiting calls there are. It knows a stream or call as long as
// somebody else holds it.
//
// Thread safety: everything from any thread; the lock is a leaf.
class WorkerDirectory {
 public:
  // `queue`: what its sessions tell of limit groups (worker_session.h).
  WorkerDirectory(size_t max_sessions, std::function<std::string()> new_session_id,
                  core::RunQueue* queue = nullptr);

  // The session `id` of the product; a new one if there is none, under a new id if `id` is empty.
  // UNAVAILABLE DRAINING; RESOURCE_EXHAUSTED TOO_MANY_STREAMS; INVALID_ARGUMENT FIELD_INVALID: it
  // is of another kind.
  absl::StatusOr<std::shared_ptr<WorkerSession>> FindOrBegin(WorkerSession::Kind kind,
                                                             const std::string& product,
                                                             const std::string& id, Millis now);
  // Null if there is none.
  std::shared_ptr<WorkerSession> Find(const std::string& product, const std::string& id) const;
  // The session was given up. Another one under its id stays.
  void Forget(const std::shared_ptr<WorkerSession>& session);

  // False after StartDraining: then it is not known.
  bool Add(const std::shared_ptr<WorkerLink>& link);
  bool Add(const std::shared_ptr<WorkerPoll>& poll);

  void StartDraining();

  size_t session_count() const;
  // There is no session, nor a stream that is held by somebody: one whose session is over may still
  // have its end to write. (A waiting call holds its session.)
  bool empty() const;
  std::vector<std::shared_ptr<WorkerSession>> Sessions() const;
  // Those that are still held by somebody; forgets the others.
  std::vector<std::shared_ptr<WorkerLink>> Links();
  std::vector<std::shared_ptr<WorkerPoll>> Polls();

 private:
  using Key = std::pair<std::string, std::string>;  // product, id

  const size_t max_sessions_;
  const std::function<std::string()> new_session_id_;
  core::RunQueue* const queue_;

  mutable base::Mutex mu_;
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
  absl::flat_hash_map<Key, std::shared_ptr<WorkerSession>> sessions_ ABSL_GUARDED_BY(mu_);
  std::vector<std::weak_ptr<WorkerLink>> links_ ABSL_GUARDED_BY(mu_);
  std::vector<std::weak_ptr<WorkerPoll>> polls_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_DIRECTORY_H_
