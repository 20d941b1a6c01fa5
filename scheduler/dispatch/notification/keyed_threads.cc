#include "scheduler/dispatch/notification/keyed_threads.h"

#include <utility>

namespace scheduler::dispatch {

bool KeyedThreads::Post(const std::string& key, Task task) {
  {
    base::MutexLock lock(&mu_);
    Queue& queue = queues_[key];
    if (queue.running >= max_per_key_) {
      queue.waiting.push_back(std::move(task));
      return true;
    }
    ++queue.running;
  }
  const bool posted =
      threads_.Post([this, key, task = std::move(task)]() mutable { Run(key, std::move(task)); });
  Task none;
  if (!posted) Next(key, &none);
  return posted;
}

void KeyedThreads::Run(const std::string& key, Task task) {
  do {
    task();
    task = nullptr;  // what it holds goes before another begins
  } while (Next(key, &task));
}

bool KeyedThreads::Next(const std::string& key, Task* task) {
  base::MutexLock lock(&mu_);
  const auto found = queues_.find(key);
  Queue& queue = found->second;
  if (!queue.waiting.empty()) {
    *task = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    return true;
  }
  if (--queue.running == 0) queues_.erase(found);
  return false;
}

}  // namespace scheduler::dispatch
