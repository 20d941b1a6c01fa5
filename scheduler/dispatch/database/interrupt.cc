#include "scheduler/dispatch/database/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace scheduler::dispatch {

base::Millis Deadline::Left() const {
  if (at == kNever) return kNever;
  return std::max<base::Millis>(0, at - clock->MonoNow());
}

Interrupt::Interrupt() : event_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Interrupt::~Interrupt() {
  if (event_fd_ >= 0) close(event_fd_);
}

void Interrupt::Trip() {
  tripped_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(event_fd_, &one, sizeof(one));
}

void Interrupt::Clear() {
  tripped_.store(false, std::memory_order_release);
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(event_fd_, &count, sizeof(count));
}

Interrupt::Woken Interrupt::Wait(int fd, short events, const Deadline& deadline, short* revents) {
  // Without its own descriptor (there are none left) it looks at the flag now and then.
  constexpr int kSlice = 60'000;
  constexpr int kBlindSlice = 100;
  while (!tripped()) {
    pollfd fds[2] = {{fd, events, 0}, {event_fd_, POLLIN, 0}};
    const base::Millis left = deadline.Left();
    const int slice = event_fd_ < 0 ? kBlindSlice : kSlice;
    const int ready = poll(fds, 2, static_cast<int>(std::min<base::Millis>(left, slice)));
    if (tripped()) break;
    if (ready < 0 && errno != EINTR) return Woken::kReady;  // whoever reads learns what it is
    if (ready > 0 && fds[0].revents != 0) {
      if (revents != nullptr) *revents = fds[0].revents;
      return Woken::kReady;
    }
    if (deadline.Left() == 0) return Woken::kTimeout;
  }
  return Woken::kInterrupted;
}

}  // namespace scheduler::dispatch
