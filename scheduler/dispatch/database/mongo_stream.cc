#include "scheduler/dispatch/database/mongo_stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>

namespace scheduler::dispatch {
namespace {

// One that the library itself does not use.
constexpr int kStreamType = 100;

// The library knows the first member, so that this stays a plain struct.
struct SocketStream {
  mongoc_stream_t base;
  int fd;
  int error;  // of the last call
  MongoWaiter* waiter;
};

SocketStream* Of(mongoc_stream_t* stream) { return reinterpret_cast<SocketStream*>(stream); }

// Whether the socket is ready; else `error` says why not.
bool Await(SocketStream* stream, short events, int32_t timeout_ms) {
  if (timeout_ms == 0) {
    stream->error = EAGAIN;
    return false;
  }
  Deadline deadline{stream->waiter->clock};
  if (timeout_ms > 0) deadline.at = stream->waiter->clock->MonoNow() + timeout_ms;
  const auto woken = stream->waiter->interrupt->Wait(stream->fd, events, deadline);
  stream->error = woken == Interrupt::Woken::kReady     ? 0
                  : woken == Interrupt::Woken::kTimeout ? ETIMEDOUT
                                                        : ECONNABORTED;
  return stream->error == 0;
}

ssize_t Fail(SocketStream* stream) {
  errno = stream->error;
  return -1;
}

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

// Moves past `count` bytes of the buffers.
void Advance(mongoc_iovec_t** iov, size_t* left, size_t count) {
  while (*left > 0 && count >= (*iov)->iov_len) {
    count -= (*iov)->iov_len;
    ++*iov;
    --*left;
  }
  if (*left == 0) return;
  (*iov)->iov_base = static_cast<char*>((*iov)->iov_base) + count;
  (*iov)->iov_len -= count;
}

ssize_t Write(mongoc_stream_t* base, mongoc_iovec_t* given, size_t count, int32_t timeout_ms) {
  SocketStream* const stream = Of(base);
  std::vector<mongoc_iovec_t> copy(given, given + count);
  mongoc_iovec_t* iov = copy.data();
  ssize_t total = 0;
  Advance(&iov, &count, 0);
  while (count > 0) {
    msghdr message = {};
    message.msg_iov = iov;
    message.msg_iovlen = count;
    const ssize_t n = sendmsg(stream->fd, &message, MSG_NOSIGNAL);
    if (n >= 0) {
      total += n;
      Advance(&iov, &count, static_cast<size_t>(n));
      continue;
    }
    stream->error = errno;
    if (!WouldBlock()) return Fail(stream);
    if (Await(stream, POLLOUT, timeout_ms)) continue;
    return total > 0 && stream->error == EAGAIN ? total : Fail(stream);
  }
  return total;
}

ssize_t Read(mongoc_stream_t* base, mongoc_iovec_t* given, size_t count, size_t min_bytes,
             int32_t timeout_ms) {
  SocketStream* const stream = Of(base);
  std::vector<mongoc_iovec_t> copy(given, given + count);
  mongoc_iovec_t* iov = copy.data();
  size_t total = 0;
  Advance(&iov, &count, 0);
  while (count > 0) {
    const ssize_t n = readv(stream->fd, iov, static_cast<int>(count));
    if (n > 0) {
      total += static_cast<size_t>(n);
      if (total >= min_bytes) break;
      Advance(&iov, &count, static_cast<size_t>(n));
      continue;
    }
    stream->error = n == 0 ? ECONNRESET : errno;
    if (n == 0 || !WouldBlock()) return Fail(stream);
    if (!Await(stream, POLLIN, timeout_ms)) return Fail(stream);
  }
  return static_cast<ssize_t>(total);
}

int Close(mongoc_stream_t* base) {
  SocketStream* const stream = Of(base);
  if (stream->fd < 0) return 0;
  std::vector<int>& sockets = stream->waiter->sockets;
  sockets.erase(std::remove(sockets.begin(), sockets.end(), stream->fd), sockets.end());
  const int result = close(stream->fd);
  stream->fd = -1;
  return result;
}

void Destroy(mongoc_stream_t* base) {
  Close(base);
  bson_free(base);
}

int Flush(mongoc_stream_t* /*base*/) { return 0; }

int SetOption(mongoc_stream_t* base, int level, int name, void* value, mongoc_socklen_t size) {
  return setsockopt(Of(base)->fd, level, name, value, size);
}

bool IsClosed(mongoc_stream_t* base) {
  char byte = 0;
  const ssize_t n = recv(Of(base)->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && !WouldBlock());
}

ssize_t Poll(mongoc_stream_poll_t* streams, size_t count, int32_t timeout_ms) {
  std::vector<pollfd> fds(count + 1);
  Interrupt* interrupt = nullptr;
  for (size_t i = 0; i < count; ++i) {
    const SocketStream* const stream = Of(streams[i].stream);
    fds[i] = {stream->fd, static_cast<short>(streams[i].events), 0};
    interrupt = stream->waiter->interrupt;
  }
  fds[count] = {interrupt == nullptr ? -1 : interrupt->descriptor(), POLLIN, 0};
  const int ready = poll(fds.data(), fds.size(), timeout_ms);
  for (size_t i = 0; i < count; ++i) {
    // An attempt that ends makes all that it waits for fail.
    streams[i].revents = fds[count].revents != 0 ? POLLERR : fds[i].revents;
  }
  return ready;
}

bool TimedOut(mongoc_stream_t* base) { return Of(base)->error == ETIMEDOUT; }
bool ShouldRetry(mongoc_stream_t* base) {
  const int error = Of(base)->error;
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

mongoc_stream_t* NewMongoStream(int fd, MongoWaiter* waiter) {
  auto* const stream = static_cast<SocketStream*>(bson_malloc0(sizeof(SocketStream)));
  mongoc_stream_t& base = stream->base;
  base.type = kStreamType;
  base.destroy = &Destroy;
  base.close = &Close;
  base.flush = &Flush;
  base.writev = &Write;
  base.readv = &Read;
  base.setsockopt = &SetOption;
  base.check_closed = &IsClosed;
  base.poll = &Poll;
  base.failed = &Destroy;
  base.timed_out = &TimedOut;
  base.should_retry = &ShouldRetry;
  stream->fd = fd;
  stream->waiter = waiter;
  waiter->sockets.push_back(fd);
  return &base;
}

}  // namespace scheduler::dispatch
