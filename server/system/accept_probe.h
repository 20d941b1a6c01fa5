#ifndef SERVER_SYSTEM_ACCEPT_PROBE_H_
#define SERVER_SYSTEM_ACCEPT_PROBE_H_

#include <functional>
#include <thread>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/base/waiter.h"
#include "server/listen_address.h"

namespace server {

enum class ProbeResult {
  kAlive,
  kDead,     // connected, and nothing came back in time; or nobody listens
  kUnknown,  // no connection could be tried, for want of descriptors
};

// Connects to a gRPC listener of this process and waits at most `timeout` for a sign of its accept
// loop: HTTP/2's first SETTINGS frame, or with `tls` the end of a connection that begins with an alert.
ProbeResult ProbeListener(const ListenAddress& address, bool tls, scheduler::base::Millis timeout);

// Watches the listeners of this process: gRPC 1.51 stops accepting for good after EMFILE
// (CVE-2023-4785), while everything else looks well. Calls `on_dead` once, on its own thread, when a
// listener was dead kFailures times in a row.
class AcceptProbe {
 public:
  static constexpr scheduler::base::Millis kPeriod = 5 * scheduler::base::kSecond;
  static constexpr scheduler::base::Millis kTimeout = 5 * scheduler::base::kSecond;
  static constexpr int kFailures = 3;

  struct Target {
    ListenAddress address;  // with the port in use
    bool tls = false;
  };

  AcceptProbe(const scheduler::base::Clock* clock, std::vector<Target> targets,
              std::function<void(const ListenAddress&)> on_dead);
  ~AcceptProbe();

 private:
  void Run();

  const scheduler::base::Clock* const clock_;
  const std::vector<Target> targets_;
  const std::function<void(const ListenAddress&)> on_dead_;
  std::atomic<bool> stopping_{false};
  scheduler::base::Waiter waiter_;
  std::thread thread_;
};

}  // namespace server

#endif  // SERVER_SYSTEM_ACCEPT_PROBE_H_
