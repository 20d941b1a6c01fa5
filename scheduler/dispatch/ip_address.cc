#include "scheduler/dispatch/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>

namespace scheduler::dispatch {
namespace {

bool StartsWith(const IpAddress& address, std::initializer_list<uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

IpAddress Ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  IpAddress address;
  address.v4 = true;
  address.bytes[0] = a;
  address.bytes[1] = b;
  address.bytes[2] = c;
  address.bytes[3] = d;
  return address;
}

// The four bytes at `at`, each xored with `mask`.
IpAddress Ipv4At(const IpAddress& address, size_t at, uint8_t mask = 0) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(address.bytes[at + i] ^ mask); };
  return Ipv4(byte(0), byte(1), byte(2), byte(3));
}

}  // namespace

std::optional<IpAddress> ParseIpAddress(const std::string& text) {
  IpAddress address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Endpoint> EndpointOf(const sockaddr* address) {
  Endpoint endpoint;
  // Copied out, since the caller's bytes need not be aligned for the larger types.
  if (address->sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof(in));
    endpoint.address.v4 = true;
    std::memcpy(endpoint.address.bytes.data(), &in.sin_addr, 4);
    endpoint.port = ntohs(in.sin_port);
    return endpoint;
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof(in));
    std::memcpy(endpoint.address.bytes.data(), &in.sin6_addr, 16);
    endpoint.port = ntohs(in.sin6_port);
    return endpoint;
  }
  return std::nullopt;
}

std::string FormatIpAddress(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.v4 ? AF_INET : AF_INET6, address.bytes.data(), text, sizeof(text));
  return text;
}

std::string FormatEndpoint(const Endpoint& endpoint) {
  const std::string address = FormatIpAddress(endpoint.address);
  const std::string port = std::to_string(endpoint.port);
  return endpoint.address.v4 ? address + ":" + port : "[" + address + "]:" + port;
}

std::vector<IpAddress> EmbeddedIpv4(const IpAddress& address) {
  if (address.v4) return {};
  if (StartsWith(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) {  // ::ffff:0:0/96
    return {Ipv4At(address, 12)};
  }
  if (StartsWith(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) {  // ::/96, so :: and ::1 too
    return {Ipv4At(address, 12)};
  }
  if (StartsWith(address, {0x20, 0x02})) return {Ipv4At(address, 2)};  // 6to4
  if (StartsWith(address, {0x20, 0x01, 0, 0})) {                       // Teredo
    return {Ipv4At(address, 4), Ipv4At(address, 12, 0xff)};
  }
  if (StartsWith(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
    return {Ipv4At(address, 12)};
  }
  if (StartsWith(address, {0, 0x64, 0xff, 0x9b, 0, 1})) {
    // Local NAT64: the operator chooses the prefix below /48, and with it where the four bytes
    // stand; byte 8 is always left out (RFC 6052, 2.2).
    const auto& b = address.bytes;
    return {Ipv4(b[6], b[7], b[9], b[10]), Ipv4(b[7], b[9], b[10], b[11]), Ipv4At(address, 9),
            Ipv4At(address, 12)};
  }
  const auto& b = address.bytes;
  if ((b[8] & 0xfd) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe) {  // ISATAP
    return {Ipv4At(address, 12)};
  }
  return {};
}

bool SamePrefix(const IpAddress& a, const IpAddress& b, int length) {
  if (a.v4 != b.v4) return false;
  const int whole = length / 8;
  if (std::memcmp(a.bytes.data(), b.bytes.data(), static_cast<size_t>(whole)) != 0) return false;
  const int rest = length % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  const auto at = static_cast<size_t>(whole);
  return (a.bytes[at] & mask) == (b.bytes[at] & mask);
}

}  // namespace scheduler::dispatch
