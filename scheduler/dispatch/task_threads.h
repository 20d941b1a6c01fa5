#ifndef SCHEDULER_DISPATCH_TASK_THREADS_H_
#define SCHEDULER_DISPATCH_TASK_THREADS_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "scheduler/base/mutex.h"

namespace scheduler::dispatch {

// A few threads for what blocks: files, client libraries that wait. They are started as they are needed,
// and stay. Tasks begin in the order in which they were posted.
//
// Thread-safe.
class TaskThreads {
 public:
  using Task = std::function<void()>;

  // REQUIRES: max_threads ≥ 1.
  explicit TaskThreads(size_t max_threads) : max_threads_(max_threads) {}
  ~TaskThreads() { Stop(); }
  TaskThreads(const TaskThreads&) = delete;
  TaskThreads& operator=(const TaskThreads&) = delete;

  // False, and the task is dropped, after Stop. The queue is bounded by who posts.
  bool Post(Task task);

  // Runs what was posted, then ends the threads. Not from a task. Idempotent.
  void Stop();

 private:
  void Run();
  // The next task; false when there is none any more.
  bool Take(Task* task);

  const size_t max_threads_;
  base::Mutex mu_;
  base::CondVar wake_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mu_);
  size_t idle_ ABSL_GUARDED_BY(mu_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TASK_THREADS_H_
