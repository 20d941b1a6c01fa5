#include "server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "server/strings.h"

namespace server {
namespace {

constexpr std::string_view kUnix = "unix:";
// sun_path of sockaddr_un has 108 bytes with the final NUL.
constexpr size_t kMaxPath = 107;

absl::Status Invalid(std::string_view text, std::string_view what) {
  return absl::InvalidArgumentError(StrCat("\"", text, "\" is no address to listen on: ", what));
}

}  // namespace

bool ListenAddress::is_local() const {
  // An address, not a name that begins like one.
  in_addr address{};
  const bool loopback = inet_pton(AF_INET, host.c_str(), &address) == 1 &&
                        ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
  return is_unix() || host == "localhost" || host == "::1" || loopback;
}

std::string ListenAddress::ToString(uint16_t bound_port) const {
  if (is_unix()) return StrCat(kUnix, path);
  const uint16_t shown = bound_port != 0 ? bound_port : port;
  return Contains(host, ':') ? StrCat("[", host, "]:", shown) : StrCat(host, ":", shown);
}

absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text) {
  ListenAddress address;
  if (text.starts_with(kUnix)) {
    address.path = text.substr(kUnix.size());
    if (address.path.empty() || address.path.size() > kMaxPath) {
      return Invalid(text, "a socket's path has 1 to 107 bytes");
    }
    return address;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return Invalid(text, "give host:port or unix:/path");
  std::string_view host = text.substr(0, colon);
  const auto port = ParseUnsigned<uint16_t>(text.substr(colon + 1));
  if (!port.has_value()) return Invalid(text, "the port is a number of 0 to 65535");
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (Contains(host, ':')) {
    return Invalid(text, "an IPv6 address stands in brackets: [::1]:7420");
  }
  if (host.empty() || host.find_first_of(" /[]") != std::string_view::npos) {
    return Invalid(text, "the host is a name or an address; 0.0.0.0 and [::] mean all");
  }
  address.host = host;
  address.port = *port;
  return address;
}

}  // namespace server
