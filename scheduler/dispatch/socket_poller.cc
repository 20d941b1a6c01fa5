#include "scheduler/dispatch/socket_poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

namespace scheduler::dispatch {
namespace {

// Sockets handled before new requests and timers are looked at again.
constexpr int kMaxEvents = 256;

uint32_t EpollMask(uint8_t what) {
  uint32_t mask = 0;
  if ((what & SocketPoller::kIn) != 0) mask |= EPOLLIN;
  if ((what & SocketPoller::kOut) != 0) mask |= EPOLLOUT;
  return mask;
}

}  // namespace

SocketPoller::SocketPoller()
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = wake_fd_;
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event);
}

SocketPoller::~SocketPoller() {
  close(wake_fd_);
  close(epoll_fd_);
}

SocketPoller::Socket& SocketPoller::At(int fd) {
  const auto at = static_cast<size_t>(fd);
  if (at >= sockets_.size()) sockets_.resize(at + 64);
  return sockets_[at];
}

void SocketPoller::Register(int fd, Socket* socket, uint8_t what) {
  if (socket->registered == what) return;
  epoll_event event = {};
  event.events = EpollMask(what);
  event.data.fd = fd;
  int operation = EPOLL_CTL_MOD;
  if (socket->registered == kNone) operation = EPOLL_CTL_ADD;
  if (what == kNone) operation = EPOLL_CTL_DEL;
  epoll_ctl(epoll_fd_, operation, fd, &event);
  socket->registered = what;
}

void SocketPoller::Watch(int fd, uint8_t what) {
  Socket& socket = At(fd);
  socket.watched = what;
  if (what == kNone && socket.kept) return;
  Register(fd, &socket, what);
}

void SocketPoller::OnOpened(int fd) {
  Socket& socket = At(fd);
  socket = Socket();
  socket.kept = true;
}

void SocketPoller::OnClosing(int fd) {
  Socket& socket = At(fd);
  Register(fd, &socket, kNone);
  socket = Socket();
}

absl::Span<const SocketPoller::Ready> SocketPoller::Wait(int timeout_millis) {
  std::array<epoll_event, kMaxEvents> events;
  const int count = epoll_wait(epoll_fd_, events.data(), kMaxEvents, timeout_millis);
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.fd == wake_fd_) {
      ReadWakes();
      continue;
    }
    Socket& socket = At(event.data.fd);
    uint8_t what = kNone;
    if ((event.events & EPOLLIN) != 0) what |= kIn;
    if ((event.events & EPOLLOUT) != 0) what |= kOut;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= socket.watched;
    what &= socket.watched;
    if (what == kNone) {
      Register(event.data.fd, &socket, socket.watched);
    } else {
      ready_.push_back({event.data.fd, what});
    }
  }
  return ready_;
}

void SocketPoller::Wake() {
  const uint64_t one = 1;
  // It fails only when the counter is full, and then it wakes anyway.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void SocketPoller::ReadWakes() const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_fd_, &count, sizeof(count));
}

}  // namespace scheduler::dispatch
