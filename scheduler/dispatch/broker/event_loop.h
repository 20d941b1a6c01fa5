#ifndef SCHEDULER_DISPATCH_BROKER_EVENT_LOOP_H_
#define SCHEDULER_DISPATCH_BROKER_EVENT_LOOP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/mutex.h"

namespace scheduler::dispatch {

// A thread that waits for sockets (epoll, level-triggered), timers and tasks.
//
// Post and Stop from any thread; everything else from the loop's own, or before Start.
class EventLoop {
 public:
  using Task = std::function<void()>;
  using Timer = std::pair<int64_t, uint64_t>;  // when, in monotonic nanoseconds; which
  class IoHandler {
   public:
    virtual ~IoHandler() = default;
    virtual void OnIo(uint32_t events) = 0;  // EPOLLIN …; may be spurious
  };

  // The clock outlives the loop and must run by itself. `name` is the thread's, up to 15 characters.
  EventLoop(const base::Clock* clock, std::string name);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void Start();

  // Runs the task on the loop's thread. False, and it is dropped, after Stop.
  bool Post(Task task);

  // Runs what was posted, then `last` on the loop's thread, and ends the thread. Idempotent. Not from the
  // loop's thread.
  void Stop(Task last);

  // Watches `fd` for `events`, instead of what it was watched for before. The handler outlives the watch.
  void Watch(int fd, uint32_t events, IoHandler* handler);
  void Unwatch(int fd);

  // Calls `task` once, `delay` from now.
  Timer After(base::Millis delay, Task task);
  // Ones that were called are ignored.
  void Drop(const Timer& timer) { timers_.erase(timer); }

  const base::Clock& clock() const { return *clock_; }

 private:
  void Run();
  int WaitMillis() const;
  void CallTimers();
  bool RunTasks();  // false once the loop is to stop
  void Wake() const;

  const base::Clock* const clock_;
  const std::string name_;
  const int epoll_fd_;
  const int wake_fd_;
  absl::flat_hash_map<int, IoHandler*> handlers_;  // by descriptor
  std::map<Timer, Task> timers_;
  uint64_t last_timer_ = 0;

  base::Mutex mu_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_EVENT_LOOP_H_
