#include "server/work_pool.h"

#include <algorithm>
#include <utility>

#include "server/system/thread_name.h"

namespace server {

using scheduler::base::MutexLock;

namespace {

// Few enough that the threads share a burst, enough that they seldom meet at the lock.
constexpr size_t kMaxBatch = 8;

}  // namespace

WorkPool::WorkPool(const char* name, int threads, size_t max_queued)
    : thread_count_(threads), max_queued_(max_queued) {
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, name] {
      NameThread(name);
      Run();
    });
  }
}

WorkPool::~WorkPool() { Stop(); }

void WorkPool::Add(Task task) {
  queue_.push_back(std::move(task));
  WakeOne();
}

void WorkPool::WakeOne() {
  if (idle_ == 0 || waking_) return;
  waking_ = true;
  wake_.Signal();
}

void WorkPool::Post(Task task) {
  {
    MutexLock lock(&mu_);
    if (!stopped_) {
      Add(std::move(task));
      return;
    }
  }
  task();
}

bool WorkPool::TryPost(Task& task) {
  MutexLock lock(&mu_);
  if (stopped_ || queue_.size() >= max_queued_) return false;
  Add(std::move(task));
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

bool WorkPool::Take(std::vector<Task>* batch) {
  MutexLock lock(&mu_);
  while (queue_.empty() && !stopped_) {
    ++idle_;
    wake_.Wait(&mu_);
    --idle_;
    waking_ = false;
  }
  const size_t share = (queue_.size() + thread_count_ - 1) / thread_count_;
  for (size_t i = std::min(share, kMaxBatch); i > 0 && !queue_.empty(); --i) {
    batch->push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  if (!queue_.empty()) WakeOne();
  return !batch->empty();
}

void WorkPool::Run() {
  std::vector<Task> batch;
  while (Take(&batch)) {
    for (Task& task : batch) task();
    batch.clear();
  }
}

}  // namespace server
