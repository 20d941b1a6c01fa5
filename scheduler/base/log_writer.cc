#include "scheduler/base/log_writer.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

#include "scheduler/base/waiter.h"

namespace scheduler::base {

LogWriter::LogWriter(int fd, std::function<std::string(int64_t)> dropped)
    : fd_(fd), dropped_(std::move(dropped)) {
  // It may be the first thread of the process, made before signals are blocked for all: it inherits
  // what is blocked now.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "log");
    Run();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogWriter::~LogWriter() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    filled_.Signal();
  }
  thread_.join();
}

void LogWriter::Write(std::string line) {
  MutexLock lock(&mu_);
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  while (bytes_ > kMaxBytes) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
    ++lost_;
  }
  filled_.Signal();
}

bool LogWriter::Flush(Millis patience, const Clock& clock) {
  constexpr int64_t kNanosPerMilli = 1'000'000;
  const int64_t until = clock.MonoNanos() + patience * kNanosPerMilli;
  Waiter pause;
  while (!Idle()) {
    const int64_t now = clock.MonoNanos();
    if (now >= until) return false;
    pause.WaitUntilMono(now + kNanosPerMilli, clock);
  }
  return true;
}

bool LogWriter::Idle() {
  MutexLock lock(&mu_);
  return lines_.empty() && !writing_;
}

bool LogWriter::Take(std::string* line, int64_t* lost) {
  MutexLock lock(&mu_);
  writing_ = false;
  while (lines_.empty() && !stopping_) filled_.Wait(&mu_);
  if (lines_.empty()) return false;
  *line = std::move(lines_.front());
  lines_.pop_front();
  bytes_ -= line->size();
  *lost = std::exchange(lost_, 0);
  writing_ = true;
  return true;
}

void LogWriter::Run() {
  std::string line;
  int64_t lost = 0;
  while (Take(&line, &lost)) {
    if (lost > 0 && Put(dropped_(lost))) lost = 0;
    if (!Put(line)) ++lost;
    if (lost == 0) continue;
    MutexLock lock(&mu_);
    lost_ += lost;
  }
}

bool LogWriter::Put(const std::string& text) {
  const std::string whole = torn_ ? "\n" + text : text;
  std::string_view left = whole;
  while (!left.empty()) {
    const ssize_t written = write(fd_, left.data(), left.size());
    if (written > 0) {
      left.remove_prefix(static_cast<size_t>(written));
      torn_ = !left.empty();
    } else if (written < 0 && errno == EAGAIN) {
      pollfd entry{.fd = fd_, .events = POLLOUT, .revents = 0};  // somebody made it non-blocking
      poll(&entry, 1, /*timeout=*/1000);
    } else if (written == 0 || errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace scheduler::base
