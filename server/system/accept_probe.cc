#include "server/system/accept_probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "server/strings.h"

namespace server {
namespace {

using scheduler::base::Millis;

// A TLS record with the alert close_notify (RFC 8446, 6.1): a server that accepted the connection
// ends it at once, without a failed handshake of ours in its log.
constexpr std::array<unsigned char, 7> kCloseNotify = {0x15, 0x03, 0x01, 0x00, 0x02, 0x01, 0x00};

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// Whether the socket became ready for `events` in time.
bool WaitFor(int fd, int16_t events, Millis timeout) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  return poll(&entry, 1, static_cast<int>(timeout)) == 1;
}

// A socket address; its length is 0 if there is none.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  int family = AF_UNSPEC;
};

SocketAddress OfUnixPath(const std::string& path) {
  SocketAddress result;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return result;
  std::memcpy(address.sun_path, path.data(), path.size());
  std::memcpy(&result.storage, &address, sizeof(address));
  result.length = sizeof(address);
  result.family = AF_UNIX;
  return result;
}

SocketAddress OfHost(const ListenAddress& listener) {
  // What listens everywhere also listens here.
  const std::string host = listener.host == "0.0.0.0" ? "127.0.0.1"
                           : listener.host == "::"    ? "::1"
                                                      : listener.host;
  SocketAddress result;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), StrCat(listener.port).c_str(), &hints, &found) != 0) return result;
  std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
  result.length = found->ai_addrlen;
  result.family = found->ai_family;
  freeaddrinfo(found);
  return result;
}

bool Connect(int fd, const SocketAddress& address, Millis timeout) {
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0) {
    return true;
  }
  // EAGAIN: a unix socket whose queue of connections is full.
  if (errno != EINPROGRESS || !WaitFor(fd, POLLOUT, timeout)) return false;
  int error = 0;
  socklen_t length = sizeof(error);
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

}  // namespace

ProbeResult ProbeListener(const ListenAddress& address, bool tls, Millis timeout) {
  const SocketAddress target = address.is_unix() ? OfUnixPath(address.path) : OfHost(address);
  if (target.length == 0) return ProbeResult::kUnknown;
  const Socket socket(::socket(target.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return ProbeResult::kUnknown;
  if (!Connect(socket.fd(), target, timeout)) return ProbeResult::kDead;
  if (tls && send(socket.fd(), kCloseNotify.data(), kCloseNotify.size(), MSG_NOSIGNAL) < 0) {
    return ProbeResult::kAlive;  // it was closed already, so somebody accepted it
  }
  return WaitFor(socket.fd(), POLLIN, timeout) ? ProbeResult::kAlive : ProbeResult::kDead;
}

AcceptProbe::AcceptProbe(const scheduler::base::Clock* clock, std::vector<Target> targets,
                         std::function<void(const ListenAddress&)> on_dead)
    : clock_(clock),
      targets_(std::move(targets)),
      on_dead_(std::move(on_dead)),
      thread_([this] { Run(); }) {}

AcceptProbe::~AcceptProbe() {
  stopping_ = true;
  waiter_.Wake();
  thread_.join();
}

void AcceptProbe::Run() {
  std::vector<int> failures(targets_.size(), 0);
  while (!stopping_) {
    waiter_.WaitUntilMono(clock_->MonoNanos() + kPeriod * 1'000'000, *clock_);
    for (size_t i = 0; i < targets_.size() && !stopping_; ++i) {
      const ProbeResult result = ProbeListener(targets_[i].address, targets_[i].tls, kTimeout);
      if (result == ProbeResult::kUnknown) continue;
      failures[i] = result == ProbeResult::kDead ? failures[i] + 1 : 0;
      if (failures[i] < kFailures) continue;
      on_dead_(targets_[i].address);
      return;
    }
  }
}

}  // namespace server
