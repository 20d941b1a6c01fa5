#ifndef SCHEDULER_DISPATCH_HOST_RESOLVER_H_
#define SCHEDULER_DISPATCH_HOST_RESOLVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/dispatch/ip_address.h"

namespace scheduler::dispatch {

// The addresses of a host by the system's resolver (getaddrinfo), in its order. Blocks for as long
// as that takes. UNAVAILABLE, with the resolver's words, if there are none.
absl::StatusOr<std::vector<IpAddress>> LookUpHost(const std::string& host);

// Look-ups off the caller's thread. Name servers may hang for many seconds and a look-up cannot be
// called off, so that each has a thread of its own, up to a bound; the others wait their turn. Who
// asks for a host that is being looked up gets what that finds, so that one whose name server hangs
// has one thread, however often it is asked for.
//
// Thread-safe. Nothing is called back after Stop has returned; it waits for no look-up.
class HostResolver {
 public:
  using LookUp = std::function<absl::StatusOr<std::vector<IpAddress>>(const std::string& host)>;
  using Done = std::function<void(absl::StatusOr<std::vector<IpAddress>> addresses)>;

  explicit HostResolver(LookUp look_up = &LookUpHost, int max_threads = 32);
  ~HostResolver();
  HostResolver(const HostResolver&) = delete;
  HostResolver& operator=(const HostResolver&) = delete;

  // Calls `done` exactly once with at least one address or an error: at once for an address in
  // standard notation, else from another thread. CANCELLED if the resolver is stopped first.
  void Resolve(const std::string& host, Done done);

  // Calls back all that wait. Idempotent; the destructor calls it. Not from a callback.
  void Stop();

 private:
  struct Shared;
  static void Work(const std::shared_ptr<Shared>& shared);

  const std::shared_ptr<Shared> shared_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HOST_RESOLVER_H_
