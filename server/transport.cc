#include "server/transport.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "grpcpp/server_builder.h"
#include "server/status_macros.h"
#include "server/strings.h"
#include "server/system/tls.h"

namespace server {
namespace {

constexpr int kMaxMetadataBytes = 8 * 1024;
// How often a client may ping, and how often the server pings to find connections that are dead.
constexpr Millis kMinPingInterval = 10 * scheduler::base::kSecond;
constexpr int kMaxPingStrikes = 3;
constexpr Millis kKeepalive = 60 * scheduler::base::kSecond;
constexpr Millis kKeepaliveTimeout = 20 * scheduler::base::kSecond;

int Int(int64_t value) {
  return static_cast<int>(std::min<int64_t>(value, std::numeric_limits<int>::max()));
}

void SetArguments(const ServerConfig& config, grpc::ServerBuilder* builder) {
  // A second server on the port is an error, not a partner.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->SetMaxReceiveMessageSize(Int(config.max_receive_bytes));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, config.max_concurrent_streams);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Int(kKeepalive));
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Int(kKeepaliveTimeout));
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              Int(kMinPingInterval));
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kMaxPingStrikes);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Int(config.connection_age));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                              Int(config.connection_age_grace));
}

// Whether somebody listens on the socket. gRPC removes whatever stands in its way, so that a server
// that was killed can be started again, and one that lives would lose its name.
bool IsServed(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool served =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return served;
}

absl::Status CannotListen(const ListenAddress& address) {
  return absl::UnavailableError(StrCat("cannot listen on ", address.ToString(),
                                       ": in use, or not an address of this machine"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> Transport::Start(
    const ServerConfig& config, const scheduler::base::Clock* clock,
    const std::vector<ListenAddress>& listen, const std::vector<grpc::Service*>& services) {
  DUCTAPE_ASSIGN_OR_RETURN(TlsCredentials tls, MakeCredentials(config.tls, clock));
  auto transport = std::make_unique<Transport>();
  transport->tls_ = std::move(tls.reload);
  transport->addresses_ = listen;
  grpc::ServerBuilder builder;
  SetArguments(config, &builder);
  std::vector<int> ports(listen.size(), 0);
  for (size_t i = 0; i < listen.size(); ++i) {
    if (listen[i].is_unix()) {
      if (IsServed(listen[i].path)) return CannotListen(listen[i]);
      builder.AddListeningPort(listen[i].ToString(), grpc::InsecureServerCredentials(), &ports[i]);
    } else {
      builder.AddListeningPort(listen[i].ToString(), tls.credentials, &ports[i]);
    }
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  transport->server_ = builder.BuildAndStart();
  for (size_t i = 0; i < listen.size(); ++i) {
    // gRPC binds in order and stops at the first address that it cannot bind.
    if (ports[i] == 0) return CannotListen(listen[i]);
    if (!listen[i].is_unix()) transport->addresses_[i].port = static_cast<uint16_t>(ports[i]);
  }
  if (transport->server_ == nullptr) return absl::UnavailableError("gRPC could not start");
  return transport;
}

void Transport::Shutdown(Millis patience) {
  server_->Shutdown(gpr_time_from_millis(patience, GPR_TIMESPAN));
}

}  // namespace server
