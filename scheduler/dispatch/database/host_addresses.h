#ifndef SCHEDULER_DISPATCH_DATABASE_HOST_ADDRESSES_H_
#define SCHEDULER_DISPATCH_DATABASE_HOST_ADDRESSES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/dispatch/database/database_session.h"
#include "scheduler/dispatch/ip_address.h"

namespace scheduler::dispatch {

struct HostPort {
  std::string host;  // without brackets
  uint16_t port = 0;
};

// "host", "host:port", "[::1]", "[::1]:port". Nothing if it is none of these.
std::optional<HostPort> SplitAddress(std::string_view address, uint16_t default_port);

// The addresses of a host that may be dialled, at least one; or the failure of the attempt: CONNECTION if
// the name has none, EGRESS_DENIED if all are denied.
struct Addresses {
  std::vector<Endpoint> endpoints;
  AttemptResult failure;
};
Addresses FindAddresses(const SessionBasis& basis, const HostPort& host, const Deadline& deadline,
                        Interrupt* interrupt);

bool IsLoopback(const IpAddress& address);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_HOST_ADDRESSES_H_
