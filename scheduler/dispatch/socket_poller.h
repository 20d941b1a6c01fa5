#ifndef SCHEDULER_DISPATCH_SOCKET_POLLER_H_
#define SCHEDULER_DISPATCH_SOCKET_POLLER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace scheduler::dispatch {

// Waits for many sockets at once (epoll), made for how libcurl asks: it stops watching a connection
// when a request ends and watches it again for the next one on it. Kept-alive connections stay
// registered in between, so that a request on one costs no system call here; a socket that becomes
// ready while nobody watches it (its peer closed it) is taken out then.
//
// Wake from any thread; everything else from one thread.
class SocketPoller {
 public:
  enum : uint8_t { kNone = 0, kIn = 1, kOut = 2 };
  struct Ready {
    int fd = -1;
    uint8_t what = kNone;
  };

  SocketPoller();
  ~SocketPoller();
  SocketPoller(const SocketPoller&) = delete;
  SocketPoller& operator=(const SocketPoller&) = delete;

  // The socket is watched for `what` from now on. kNone: not watched, and, unless it is kept (see
  // OnOpened), taken out at once, since its descriptor may be closed without a word.
  void Watch(int fd, uint8_t what);

  // A new socket, of which OnClosing will tell.
  void OnOpened(int fd);
  // The socket is about to be closed.
  void OnClosing(int fd);

  // Waits at most `timeout_millis` (-1: for ever) for sockets or a wake. The span is valid until
  // the next call; errors and hang-ups are reported as what is watched, so that the reader finds
  // out by itself.
  absl::Span<const Ready> Wait(int timeout_millis);

  // Ends the current or the next Wait.
  void Wake();

 private:
  struct Socket {
    bool kept = false;
    uint8_t watched = kNone;
    uint8_t registered = kNone;
  };

  Socket& At(int fd);
  void Register(int fd, Socket* socket, uint8_t what);
  void ReadWakes() const;

  const int epoll_fd_;
  const int wake_fd_;
  std::vector<Socket> sockets_;  // by descriptor
  std::vector<Ready> ready_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_SOCKET_POLLER_H_
