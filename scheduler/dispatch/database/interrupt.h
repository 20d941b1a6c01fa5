#ifndef SCHEDULER_DISPATCH_DATABASE_INTERRUPT_H_
#define SCHEDULER_DISPATCH_DATABASE_INTERRUPT_H_

#include <atomic>
#include <limits>

#include "scheduler/base/clock.h"

namespace scheduler::dispatch {

// A time by the monotonic clock.
struct Deadline {
  static constexpr base::Millis kNever = std::numeric_limits<base::Millis>::max();
  const base::Clock* clock = nullptr;
  base::Millis at = kNever;

  // What is left, at least 0; kNever if there is no end.
  base::Millis Left() const;
};

// Wakes a thread that waits for a socket.
class Interrupt {
 public:
  enum class Woken { kReady, kInterrupted, kTimeout };

  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Any thread: from now on every wait ends at once.
  void Trip();
  bool tripped() const { return tripped_.load(std::memory_order_acquire); }
  // The waiting thread, when nobody trips it any more.
  void Clear();

  // Readable once it is tripped.
  int descriptor() const { return event_fd_; }

  // Waits for `events` of poll(2) on `fd` (-1: for nothing but the interrupt); `revents` may be null.
  Woken Wait(int fd, short events, const Deadline& deadline, short* revents = nullptr);

 private:
  const int event_fd_;
  std::atomic<bool> tripped_{false};
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_INTERRUPT_H_
