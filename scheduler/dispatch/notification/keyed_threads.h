#ifndef SCHEDULER_DISPATCH_NOTIFICATION_KEYED_THREADS_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_KEYED_THREADS_H_

#include <cstddef>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/task_threads.h"

namespace scheduler::dispatch {

// Threads for tasks that block, of which those with the same key have a bounded number at once: what hangs holds
// up its own kind only, as long as there are threads.
//
// Thread-safe.
class KeyedThreads {
 public:
  using Task = TaskThreads::Task;

  // REQUIRES: both ≥ 1.
  KeyedThreads(size_t max_threads, size_t max_per_key)
      : max_per_key_(max_per_key), threads_(max_threads) {}

  // Tasks of a key begin in the order in which they were posted. False, and the task is dropped, after Stop.
  bool Post(const std::string& key, Task task);

  // Runs what was posted, then ends the threads. Not from a task. Idempotent.
  void Stop() { threads_.Stop(); }

 private:
  struct Queue {
    size_t running = 0;
    std::deque<Task> waiting;
  };

  void Run(const std::string& key, Task task);
  // The next task of the key; false, and one less runs, if there is none.
  bool Next(const std::string& key, Task* task);

  const size_t max_per_key_;
  base::Mutex mu_;
  absl::flat_hash_map<std::string, Queue> queues_ ABSL_GUARDED_BY(mu_);  // with a task
  TaskThreads threads_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_KEYED_THREADS_H_
