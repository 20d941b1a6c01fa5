#ifndef SERVER_LISTEN_ADDRESS_H_
#define SERVER_LISTEN_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace server {

// Where to listen: "host:port", "[v6]:port" (port 0: a free one) or "unix:/path".
struct ListenAddress {
  std::string host;  // without brackets
  uint16_t port = 0;
  std::string path;  // of a unix socket; then host and port mean nothing

  bool is_unix() const { return !path.empty(); }
  // Whether only this machine can connect.
  bool is_local() const;
  // The text that ParseListenAddress takes, with another port if `bound_port` is not 0.
  std::string ToString(uint16_t bound_port = 0) const;

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// INVALID_ARGUMENT with a message for the operator.
absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text);

}  // namespace server

#endif  // SERVER_LISTEN_ADDRESS_H_
