#include "scheduler/dispatch/broker/link_protocol.h"

#include <charconv>

#include "scheduler/base/strings.h"
#include "scheduler/dispatch/ip_address.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {

absl::StatusOr<LinkServer> ParseLinkServer(const std::string& text, uint16_t default_port) {
  const absl::Status bad =
      absl::InvalidArgumentError(base::StrCat("\"", ToMessage(text, 100), "\" is no host:port"));
  std::string_view host = text;
  std::string_view port;
  if (!host.empty() && host.front() == '[') {
    const size_t end = host.find(']');
    if (end == std::string_view::npos) return bad;
    port = host.substr(end + 1);
    host = host.substr(1, end - 1);
    if (!port.empty() && port.front() != ':') return bad;
  } else if (!ParseIpAddress(text)) {  // an IPv6 address alone has colons, too
    const size_t colon = host.rfind(':');
    if (colon != std::string_view::npos) {
      port = host.substr(colon);
      host = host.substr(0, colon);
    }
  }
  if (host.empty() || host.size() > 253) return bad;
  LinkServer server{std::string(host), default_port};
  if (port.empty()) return server;
  port.remove_prefix(1);
  const char* const end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data(), end, server.port);
  if (error != std::errc() || stop != end || server.port == 0) return bad;
  return server;
}

}  // namespace scheduler::dispatch
