#ifndef SERVER_SYSTEM_INBOUND_BOUND_H_
#define SERVER_SYSTEM_INBOUND_BOUND_H_

#include <sys/types.h>

#include <cstdint>
#include <map>

#include "scheduler/base/mutex.h"

namespace server {

// A bound on the connections that the process has accepted and not closed. Nobody tells when one is
// closed: when the bound is reached it looks which descriptors still stand for the same socket.
//
// Thread-safe.
class InboundBound {
 public:
  explicit InboundBound(int64_t most) : most_(most) {}

  // Whether the connection that was just accepted as `fd` may stay. It is counted if so.
  bool Admit(int fd) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  bool Full() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return static_cast<int64_t>(sockets_.size()) >= most_;
  }
  void ForgetClosed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const int64_t most_;
  scheduler::base::Mutex mu_;
  size_t refusals_ ABSL_GUARDED_BY(mu_) = 0;           // since it looked last
  std::map<int, ino_t> sockets_ ABSL_GUARDED_BY(mu_);  // by descriptor
};

// Makes every accept4 of the process keep to a bound, of which only the first call says what it is,
// and never fail for want of descriptors: connections that are too many are closed at once. gRPC 1.51
// has no such bound, and does not accept any more after EMFILE (CVE-2023-4785). Before the call, and
// in programs that do not link this, accept4 is the system's.
void BoundInbound(int64_t most);

}  // namespace server

#endif  // SERVER_SYSTEM_INBOUND_BOUND_H_
