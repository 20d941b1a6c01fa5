#include "tests/support/fault_relay.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "tests/support/http_server.h"

namespace support {
namespace {

constexpr size_t kPiece = 64 * 1024;

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Appends what is there; false once there is nothing more to come.
bool Receive(int fd, std::string* to) {
  std::array<char, kPiece> buffer;
  const ssize_t got = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  to->append(buffer.data(), static_cast<size_t>(got));
  return got > 0;
}

// Sends of the first `limit` bytes what the socket takes now, and drops them; false if the peer is gone.
bool Send(int fd, std::string* from, size_t limit) {
  const size_t size = std::min(limit, from->size());
  if (size == 0) return true;
  const ssize_t sent = send(fd, from->data(), size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  from->erase(0, static_cast<size_t>(sent));
  return true;
}

}  // namespace

FaultRelay::FaultRelay(int to_port) : to_port_(to_port), port_(UnusedPort()) {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  Listen();
  thread_ = std::thread([this] { Run(); });
}

FaultRelay::~FaultRelay() {
  Order order = now_;
  order.cut = order.stop = true;
  Give(order);
  thread_.join();
  if (listen_fd_ >= 0) close(listen_fd_);
  close(wake_fd_);
}

void FaultRelay::Set(Fault fault, size_t bytes, std::chrono::milliseconds pace) {
  Give({fault, bytes, pace});
}

void FaultRelay::Cut() {
  Order order = now_;  // the thread changes it only while this one waits
  order.cut = true;
  Give(order);
}

void FaultRelay::Give(const Order& order) {
  scheduler::base::MutexLock lock(&mu_);
  order_ = order;
  const uint64_t mine = ++orders_given_;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
  while (orders_taken_ < mine) taken_.Wait(&mu_);
}

void FaultRelay::Take(const Order& order) {
  const bool hard =
      order.cut || order.fault == Fault::kRefuse || order.fault == Fault::kResetAtOnce;
  for (Pair& pair : pairs_) {
    pair.passed_down = 0;
    if (hard || pair.flooded) Close(&pair, /*hard=*/true);
  }
  if (order.fault == Fault::kRefuse && listen_fd_ >= 0) {
    close(listen_fd_);
    listen_fd_ = -1;
  }
  now_ = order;
  requested_ = 0;
  if (order.fault != Fault::kRefuse && listen_fd_ < 0) Listen();
}

void FaultRelay::Listen() {
  listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listen_fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = Loopback(port_);
  if (bind(listen_fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listen_fd_, 256) != 0) {
    abort();
  }
}

void FaultRelay::Run() {
  while (true) {
    std::vector<pollfd> polled = {{wake_fd_, POLLIN, 0}, {listen_fd_, POLLIN, 0}};
    bool dripping = false;
    for (const Pair& pair : pairs_) {
      const bool drips = now_.fault == Fault::kDrip && !pair.down.empty();
      dripping |= drips;
      // What cannot be passed on is not taken in either, so that a peer that does not read is felt.
      const bool full = pair.down.size() > kPiece;
      // What the fault holds back does not wait for the socket, which would be ready at once, again and again.
      const bool held = drips || now_.fault == Fault::kStall || now_.fault == Fault::kSilent;
      const bool down_waits = !pair.down.empty() && !held;
      const bool out = pair.flooded || down_waits;
      polled.push_back({pair.near, static_cast<short>(POLLIN | (out ? POLLOUT : 0)), 0});
      const bool up_waits = !pair.up.empty() && now_.fault != Fault::kSilent;
      const int from_far = full ? 0 : POLLIN;
      polled.push_back({pair.far, static_cast<short>(from_far | (up_waits ? POLLOUT : 0)), 0});
    }
    poll(polled.data(), polled.size(), dripping ? static_cast<int>(now_.pace.count()) : -1);
    for (size_t i = 0; i < pairs_.size(); ++i) {
      Pair& pair = pairs_[i];
      if (!Serve(&pair, polled[2 + 2 * i].revents, polled[3 + 2 * i].revents)) {
        Close(&pair, /*hard=*/true);
      }
    }
    if (polled[1].revents != 0) Accept();
    if (polled[0].revents != 0) {
      uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = read(wake_fd_, &count, sizeof(count));
    }
    scheduler::base::MutexLock lock(&mu_);
    if (orders_taken_ < orders_given_) Take(order_);
    const auto gone = [](const Pair& pair) { return pair.near < 0; };
    pairs_.erase(std::remove_if(pairs_.begin(), pairs_.end(), gone), pairs_.end());
    orders_taken_ = orders_given_;
    taken_.SignalAll();
    if (now_.stop) return;
  }
}

void FaultRelay::Accept() {
  const int near = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (near < 0) return;
  ++requested_;
  Pair pair;
  pair.near = near;
  const int on = 1;
  setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  pair.far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(to_port_.load());
  const bool served =
      connect(pair.far, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  if (!served || now_.fault == Fault::kResetAtOnce) {
    Close(&pair, /*hard=*/true);
    return;
  }
  pairs_.push_back(std::move(pair));
}

bool FaultRelay::Serve(Pair* pair, short near_events, short far_events) {
  if (pair->near < 0) return true;
  if ((near_events & (POLLIN | POLLHUP | POLLERR)) != 0) {
    const size_t before = pair->up.size();
    if (!Receive(pair->near, &pair->up)) {
      Close(pair, /*hard=*/false);
      return true;
    }
    requested_ += pair->up.size() - before;
  }
  if (now_.fault != Fault::kSilent && pair->far >= 0) {
    if (!Send(pair->far, &pair->up, pair->up.size())) return false;
  }
  if ((far_events & (POLLIN | POLLHUP | POLLERR)) != 0 && pair->far >= 0 &&
      !Receive(pair->far, &pair->down)) {
    close(pair->far);
    pair->far = -1;
  }
  if (now_.fault == Fault::kFlood && (pair->flooded || !pair->down.empty())) {
    pair->flooded = true;  // and stays so, whatever the client takes
    pair->down.assign(kPiece, 'x');
  }
  if (!PassDown(pair)) return false;
  // The server's end is passed on behind all that it said.
  if (pair->far < 0 && pair->down.empty()) Close(pair, /*hard=*/false);
  return true;
}

bool FaultRelay::PassDown(Pair* pair) {
  size_t limit = pair->down.size();
  const size_t left = now_.bytes - std::min(now_.bytes, pair->passed_down);
  const bool all_is_passed = left < limit;
  switch (now_.fault) {
    case Fault::kSilent:
      return true;
    case Fault::kStall:
    case Fault::kReset:
      limit = std::min(limit, left);
      break;
    case Fault::kDrip:
      limit = std::min<size_t>(limit, 1);
      break;
    default:
      break;
  }
  const size_t before = pair->down.size();
  if (!Send(pair->near, &pair->down, limit)) return false;
  pair->passed_down += before - pair->down.size();
  return now_.fault != Fault::kReset || !all_is_passed;
}

void FaultRelay::Close(Pair* pair, bool hard) {
  for (int* const fd : {&pair->near, &pair->far}) {
    if (*fd < 0) continue;
    const linger reset = {1, 0};
    if (hard) setsockopt(*fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(*fd);
    *fd = -1;
  }
}

}  // namespace support
