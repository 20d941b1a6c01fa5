#include "scheduler/dispatch/database/host_addresses.h"

#include <poll.h>

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "scheduler/base/mutex.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

// What a look-up came to. It may come when nobody waits any more.
struct LookUp {
  Interrupt done;
  base::Mutex mu;
  absl::StatusOr<std::vector<IpAddress>> addresses ABSL_GUARDED_BY(mu) =
      absl::DeadlineExceededError("the name was not resolved in time");
};

absl::StatusOr<std::vector<IpAddress>> Resolve(const SessionBasis& basis, const std::string& host,
                                               const Deadline& deadline, Interrupt* interrupt) {
  auto look_up = std::make_shared<LookUp>();
  basis.resolver->Resolve(host, [look_up](absl::StatusOr<std::vector<IpAddress>> addresses) {
    {
      const base::MutexLock lock(&look_up->mu);
      look_up->addresses = std::move(addresses);
    }
    look_up->done.Trip();
  });
  interrupt->Wait(look_up->done.descriptor(), POLLIN, deadline);
  const base::MutexLock lock(&look_up->mu);
  return look_up->addresses;
}

Addresses Failed(std::string_view code, std::string_view message) {
  return {{}, FailedAttempt(code, message)};
}

}  // namespace

std::optional<HostPort> SplitAddress(std::string_view address, uint16_t default_port) {
  HostPort result;
  result.port = default_port;
  std::string_view rest;
  if (!address.empty() && address[0] == '[') {
    const size_t close = address.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    result.host = address.substr(1, close - 1);
    rest = address.substr(close + 1);
  } else {
    const size_t colon = std::min(address.find(':'), address.size());
    result.host = address.substr(0, colon);
    rest = address.substr(colon);
  }
  if (result.host.empty()) return std::nullopt;
  if (rest.empty()) return result;
  uint32_t port = 0;
  if (rest[0] != ':' || !absl::SimpleAtoi(base::ToAbsl(rest.substr(1)), &port) || port == 0 ||
      port > 65535) {
    return std::nullopt;
  }
  result.port = static_cast<uint16_t>(port);
  return result;
}

Addresses FindAddresses(const SessionBasis& basis, const HostPort& host, const Deadline& deadline,
                        Interrupt* interrupt) {
  const auto found = Resolve(basis, host.host, deadline, interrupt);
  if (!found.ok()) {
    return Failed(core::failure::kConnection,
                  base::StrCat(host.host, ": ", base::FromAbsl(found.status().message())));
  }
  Addresses result;
  std::string denial;
  for (const IpAddress& address : *found) {
    const Endpoint endpoint{address, host.port};
    const std::optional<std::string> denied =
        basis.egress == nullptr ? std::nullopt : basis.egress->Denial(endpoint);
    if (!denied.has_value()) {
      result.endpoints.push_back(endpoint);
    } else if (denial.empty()) {
      denial = *denied;
    }
  }
  if (result.endpoints.empty()) return Failed(core::failure::kEgressDenied, denial);
  return result;
}

bool IsLoopback(const IpAddress& address) {
  if (address.v4) return address.bytes[0] == 127;
  return FormatIpAddress(address) == "::1";
}

}  // namespace scheduler::dispatch
