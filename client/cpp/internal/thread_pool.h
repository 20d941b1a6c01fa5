#ifndef CLIENT_CPP_INTERNAL_THREAD_POOL_H_
#define CLIENT_CPP_INTERNAL_THREAD_POOL_H_

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "client/cpp/internal/task_state.h"

namespace ductape::jobs::internal {

// Threads that execute tasks in the order in which they come. Thread-safe.
class ThreadPool {
 public:
  using Execute = std::function<void(const std::shared_ptr<TaskState>&)>;

  // With no threads tasks are executed by Post, even after Stop.
  ThreadPool(int threads, Execute execute);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Returns those that it does not take: after Stop all of them, before none.
  [[nodiscard]] std::vector<std::shared_ptr<TaskState>> Post(
      std::vector<std::shared_ptr<TaskState>> tasks);

  // Returns the tasks that no thread has begun, and ends the threads when what they execute is
  // done. Not from a task. Idempotent.
  std::vector<std::shared_ptr<TaskState>> Stop();

 private:
  void Run();

  const Execute execute_;
  absl::Mutex mu_;
  absl::CondVar posted_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::deque<std::shared_ptr<TaskState>> waiting_ ABSL_GUARDED_BY(mu_);
  std::vector<std::thread> threads_;
};

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_THREAD_POOL_H_
