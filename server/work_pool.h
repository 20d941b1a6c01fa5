#ifndef SERVER_WORK_POOL_H_
#define SERVER_WORK_POOL_H_

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "scheduler/base/mutex.h"

namespace server {

// A few threads for work that must not be done on gRPC's threads, of which there are two on two
// cores, or on the engine's: lists, large conversions, the writing of answers.
//
// Tasks begin in the order in which they were posted. Thread-safe.
class WorkPool {
 public:
  using Task = absl::AnyInvocable<void()>;

  // `name` is that of its threads. REQUIRES: threads ≥ 1; name has at most 15 characters.
  WorkPool(const char* name, int threads, size_t max_queued);
  // Stop.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // Queues a task whatever the length of the queue: for work whose amount is bounded elsewhere,
  // such as answers to calls in flight. After Stop it runs at once, on the caller's thread.
  void Post(Task task) ABSL_LOCKS_EXCLUDED(mu_);

  // Queues a task unless `max_queued` wait already or the pool was stopped; whether it did. Where
  // it did not, `task` is untouched.
  bool TryPost(Task& task) ABSL_LOCKS_EXCLUDED(mu_);

  // Finishes what is queued and ends the threads. Idempotent; not from a task.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  size_t queued() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  void Add(Task task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Wakes a thread if one sleeps and none is on its way: it wakes the next one itself if it finds
  // more than it takes. So a burst of tasks costs few wakes.
  void WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Moves the next few tasks to `batch`; waits for some. False when there will be none.
  bool Take(std::vector<Task>* batch) ABSL_LOCKS_EXCLUDED(mu_);

  const size_t thread_count_;
  const size_t max_queued_;
  mutable scheduler::base::Mutex mu_;
  scheduler::base::CondVar wake_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mu_);
  int idle_ ABSL_GUARDED_BY(mu_) = 0;
  bool waking_ ABSL_GUARDED_BY(mu_) = false;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace server

#endif  // SERVER_WORK_POOL_H_
