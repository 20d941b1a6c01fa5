#include "server/work_pool.h"

#include <utility>

namespace server {

using scheduler::base::MutexLock;

WorkPool::WorkPool(int threads, size_t max_queued) : max_queued_(max_queued) {
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkPool::~WorkPool() { Stop(); }

void WorkPool::Post(Task task) {
  bool stopped = false;
  {
    MutexLock lock(&mu_);
    stopped = stopped_;
    if (!stopped) {
      queue_.push_back(std::move(task));
      if (idle_ > 0) wake_.Signal();
    }
  }
  if (stopped) task();
}

bool WorkPool::TryPost(Task& task) {
  MutexLock lock(&mu_);
  if (stopped_ || queue_.size() >= max_queued_) return false;
  queue_.push_back(std::move(task));
  if (idle_ > 0) wake_.Signal();
  return true;
}

void WorkPool::Stop() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    wake_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t WorkPool::queued() const {
  MutexLock lock(&mu_);
  return queue_.size();
}

void WorkPool::Run() {
  while (true) {
    Task task;
    {
      MutexLock lock(&mu_);
      while (queue_.empty() && !stopped_) {
        ++idle_;
        wake_.Wait(&mu_);
        --idle_;
      }
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace server
