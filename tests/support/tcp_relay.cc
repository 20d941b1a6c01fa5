#include "tests/support/tcp_relay.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace support {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Moves what is there; false once there is nothing more to come. The sockets block on writing,
// which is fine for the little that tests send.
bool Pass(int from, int to) {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = recv(from, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t more =
        send(to, buffer.data() + sent, static_cast<size_t>(got - sent), MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += more;
  }
  return true;
}

void Reset(int fd) {
  const linger hard = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  close(fd);
}

}  // namespace

TcpRelay::TcpRelay(int to_port) : to_port_(to_port) {
  listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listen_fd_, generic, size) != 0 || listen(listen_fd_, 128) != 0) abort();
  getsockname(listen_fd_, generic, &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

TcpRelay::~TcpRelay() {
  stop_ = true;
  Cut();
  thread_.join();
  CloseAll();
  close(listen_fd_);
  close(wake_fd_);
}

void TcpRelay::Cut() {
  cut_ = true;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void TcpRelay::Run() {
  while (!stop_.load()) {
    std::vector<pollfd> fds = {{listen_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      fds.push_back({pair.near, POLLIN, 0});
      fds.push_back({pair.far, POLLIN, 0});
    }
    poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) {
      uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = read(wake_fd_, &count, sizeof(count));
    }
    if (cut_.exchange(false)) {
      CloseAll();
      continue;
    }
    std::vector<Pair> alive;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const Pair pair = pairs_[i];
      const bool near_ok = fds[2 + 2 * i].revents == 0 || Pass(pair.near, pair.far);
      const bool far_ok = fds[3 + 2 * i].revents == 0 || Pass(pair.far, pair.near);
      if (near_ok && far_ok) {
        alive.push_back(pair);
      } else {
        close(pair.near);
        close(pair.far);
      }
    }
    pairs_.swap(alive);
    if (fds[0].revents != 0) Accept();
  }
}

void TcpRelay::Accept() {
  Pair pair;
  pair.near = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (pair.near < 0) return;
  pair.far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(to_port_);
  if (connect(pair.far, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(pair.near);
    close(pair.far);
    return;
  }
  ++accepted_;
  pairs_.push_back(pair);
}

void TcpRelay::CloseAll() {
  for (const Pair& pair : pairs_) {
    Reset(pair.near);
    Reset(pair.far);
  }
  pairs_.clear();
}

}  // namespace support
