#ifndef SCHEDULER_DISPATCH_IP_ADDRESS_H_
#define SCHEDULER_DISPATCH_IP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct sockaddr;

namespace scheduler::dispatch {

// An IPv4 or IPv6 address as a value. Scope ids are left out.
struct IpAddress {
  bool v4 = false;
  std::array<uint8_t, 16> bytes = {};  // the first 4 of an IPv4 address, the rest 0

  int bits() const { return v4 ? 32 : 128; }

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// Standard notation only: four decimal numbers, or RFC 4291 text. "0x7f.1", "127.1" and "010.0.0.1"
// are not addresses here; whoever resolves them gets a sockaddr and checks that.
std::optional<IpAddress> ParseIpAddress(const std::string& text);

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;
};

// Nothing unless the family is AF_INET or AF_INET6. `address` points to a whole sockaddr_in or
// sockaddr_in6, as its family says.
std::optional<Endpoint> EndpointOf(const sockaddr* address);

// "127.0.0.1", "::1".
std::string FormatIpAddress(const IpAddress& address);
// "127.0.0.1:80", "[::1]:80".
std::string FormatEndpoint(const Endpoint& endpoint);

// The IPv4 addresses that packets to an IPv6 address may end at: IPv4-mapped and -compatible
// (RFC 4291), 6to4 (RFC 3056), Teredo's server and client (RFC 4380), NAT64 (RFC 6052, RFC 8215),
// ISATAP (RFC 5214). Empty for IPv4 and for all others.
std::vector<IpAddress> EmbeddedIpv4(const IpAddress& address);

// Whether the first `length` bits of both are equal and they are of one family.
bool SamePrefix(const IpAddress& a, const IpAddress& b, int length);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_IP_ADDRESS_H_
