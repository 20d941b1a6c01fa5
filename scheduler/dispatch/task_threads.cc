#include "scheduler/dispatch/task_threads.h"

#include <utility>

namespace scheduler::dispatch {

bool TaskThreads::Post(Task task) {
  base::MutexLock lock(&mu_);
  if (stopping_) return false;
  tasks_.push_back(std::move(task));
  if (idle_ >= tasks_.size() || threads_.size() >= max_threads_) {
    wake_.Signal();
  } else {
    threads_.emplace_back([this] { Run(); });
  }
  return true;
}

void TaskThreads::Stop() {
  std::vector<std::thread> threads;
  {
    base::MutexLock lock(&mu_);
    stopping_ = true;
    threads.swap(threads_);
    wake_.SignalAll();
  }
  for (std::thread& thread : threads) thread.join();
}

bool TaskThreads::Take(Task* task) {
  base::MutexLock lock(&mu_);
  ++idle_;
  while (tasks_.empty() && !stopping_) wake_.Wait(&mu_);
  --idle_;
  if (tasks_.empty()) return false;
  *task = std::move(tasks_.front());
  tasks_.pop_front();
  return true;
}

void TaskThreads::Run() {
  Task task;
  while (Take(&task)) {
    task();
    task = nullptr;  // what it holds is not kept while the thread waits
  }
}

}  // namespace scheduler::dispatch
