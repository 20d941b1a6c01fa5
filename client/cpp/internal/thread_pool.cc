#include "client/cpp/internal/thread_pool.h"

#include <iterator>
#include <utility>

namespace ductape::jobs::internal {

ThreadPool::ThreadPool(int threads, Execute execute) : execute_(std::move(execute)) {
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

ThreadPool::~ThreadPool() { Stop(); }

std::vector<std::shared_ptr<TaskState>> ThreadPool::Post(
    std::vector<std::shared_ptr<TaskState>> tasks) {
  if (threads_.empty()) {
    for (const std::shared_ptr<TaskState>& task : tasks) execute_(task);
    return {};
  }
  absl::MutexLock lock(&mu_);
  if (stopped_) return tasks;
  std::move(tasks.begin(), tasks.end(), std::back_inserter(waiting_));
  if (tasks.size() == 1) {
    posted_.Signal();
  } else {
    posted_.SignalAll();
  }
  return {};
}

std::vector<std::shared_ptr<TaskState>> ThreadPool::Stop() {
  std::vector<std::shared_ptr<TaskState>> left;
  {
    absl::MutexLock lock(&mu_);
    stopped_ = true;
    left.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    posted_.SignalAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  return left;
}

void ThreadPool::Run() {
  for (;;) {
    std::shared_ptr<TaskState> task;
    {
      absl::MutexLock lock(&mu_);
      while (waiting_.empty() && !stopped_) posted_.Wait(&mu_);
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    execute_(task);
  }
}

}  // namespace ductape::jobs::internal
