#include "scheduler/dispatch/broker/event_loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr int kMaxEvents = 64;

// Signals are the main thread's business; SIGPIPE above all, since TLS libraries write to sockets that the
// peer has closed.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

EventLoop::EventLoop(const base::Clock* clock, std::string name)
    : clock_(clock),
      name_(std::move(name)),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = wake_fd_;
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event);
}

EventLoop::~EventLoop() {
  Stop(nullptr);
  close(wake_fd_);
  close(epoll_fd_);
}

void EventLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

bool EventLoop::Post(Task task) {
  bool first = false;
  {
    base::MutexLock lock(&mu_);
    if (stopping_) return false;
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (first) Wake();
  return true;
}

void EventLoop::Stop(Task last) {
  {
    base::MutexLock lock(&mu_);
    if (stopping_) return;
    stopping_ = true;
    if (last != nullptr) tasks_.push_back(std::move(last));
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

void EventLoop::Wake() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void EventLoop::Watch(int fd, uint32_t events, IoHandler* handler) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  const bool known = !handlers_.insert_or_assign(fd, handler).second;
  epoll_ctl(epoll_fd_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

void EventLoop::Unwatch(int fd) {
  if (handlers_.erase(fd) > 0) epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::Timer EventLoop::After(base::Millis delay, Task task) {
  const Timer timer{clock_->MonoNanos() + delay * kNanosPerMilli, ++last_timer_};
  timers_.emplace(timer, std::move(task));
  return timer;
}

void EventLoop::Run() {
  BlockSignals();
  pthread_setname_np(pthread_self(), name_.c_str());
  std::array<epoll_event, kMaxEvents> events;
  while (true) {
    const int ready = epoll_wait(epoll_fd_, events.data(), kMaxEvents, WaitMillis());
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_fd_) {
        uint64_t count = 0;
        [[maybe_unused]] const ssize_t bytes = read(wake_fd_, &count, sizeof(count));
        continue;
      }
      // Looked up, since an earlier event of this batch may have ended the watch.
      const auto found = handlers_.find(fd);
      if (found != handlers_.end()) found->second->OnIo(events[i].events);
    }
    CallTimers();
    if (!RunTasks()) return;
  }
}

int EventLoop::WaitMillis() const {
  if (timers_.empty()) return -1;
  const int64_t left = timers_.begin()->first.first - clock_->MonoNanos();
  if (left <= 0) return 0;
  // Rounded up, so that the timer is due when the wait ends.
  return static_cast<int>(
      std::min<int64_t>((left + kNanosPerMilli - 1) / kNanosPerMilli, base::kHour));
}

void EventLoop::CallTimers() {
  const int64_t now = clock_->MonoNanos();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const Task task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    task();
  }
}

bool EventLoop::RunTasks() {
  std::vector<Task> tasks;
  bool stopping = false;
  {
    base::MutexLock lock(&mu_);
    tasks.swap(tasks_);
    stopping = stopping_;
  }
  for (Task& task : tasks) {
    task();
    task = nullptr;
  }
  return !stopping;
}

}  // namespace scheduler::dispatch
