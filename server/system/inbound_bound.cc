#include "server/system/inbound_bound.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <iterator>

namespace server {
namespace {

// The socket behind a descriptor; 0 if there is none.
ino_t SocketOf(int fd) {
  struct stat info {};
  return fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode) ? info.st_ino : 0;
}

int Accept(int listener, sockaddr* address, socklen_t* length, int flags) {
  return static_cast<int>(syscall(SYS_accept4, listener, address, length, flags));
}

bool OutOfDescriptors(int error) { return error == EMFILE || error == ENFILE; }

class BoundedAccept {
 public:
  explicit BoundedAccept(int64_t most) : bound_(most), spare_(OpenSpare()) {}

  // accept4, but that it passes over connections that are too many.
  int Next(int listener, sockaddr* address, socklen_t* length, int flags) {
    const socklen_t room = length == nullptr ? 0 : *length;
    while (true) {
      if (length != nullptr) *length = room;
      const int fd = Accept(listener, address, length, flags);
      if (fd < 0) {
        if (!OutOfDescriptors(errno)) return fd;
        if (CloseOne(listener)) continue;
        errno = EAGAIN;  // what waits is taken with the next one that comes
        return -1;
      }
      if (bound_.Admit(fd)) return fd;
      close(fd);
    }
  }

 private:
  static int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

  // Accepts one with the spare descriptor and closes it; whether there was one.
  bool CloseOne(int listener) {
    scheduler::base::MutexLock lock(&mu_);
    if (spare_ >= 0) close(spare_);
    const int fd = Accept(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
    spare_ = OpenSpare();
    return fd >= 0;
  }

  InboundBound bound_;
  scheduler::base::Mutex mu_;
  int spare_ ABSL_GUARDED_BY(mu_);
};

std::atomic<BoundedAccept*> bounded{nullptr};

}  // namespace

bool InboundBound::Admit(int fd) {
  scheduler::base::MutexLock lock(&mu_);
  // Where there are many it looks seldom, so that a flood costs little.
  if (Full() && ++refusals_ > sockets_.size() / 256) ForgetClosed();
  if (Full()) return false;
  sockets_[fd] = SocketOf(fd);
  return true;
}

void InboundBound::ForgetClosed() {
  refusals_ = 0;
  for (auto it = sockets_.begin(); it != sockets_.end();) {
    const bool open = it->second != 0 && SocketOf(it->first) == it->second;
    it = open ? std::next(it) : sockets_.erase(it);
  }
}

void BoundInbound(int64_t most) {
  // Never destroyed: gRPC's threads may accept while the process ends.
  static BoundedAccept* const made = new BoundedAccept(most);
  bounded.store(made, std::memory_order_release);
}

}  // namespace server

// Takes the place of libc's for the whole process, gRPC among it: the linker finds the program's first.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved
extern "C" __attribute__((visibility("default"))) int accept4(int listener, sockaddr* address,
                                                              socklen_t* length, int flags) {
  server::BoundedAccept* const made = server::bounded.load(std::memory_order_acquire);
  return made == nullptr ? server::Accept(listener, address, length, flags)
                         : made->Next(listener, address, length, flags);
}
