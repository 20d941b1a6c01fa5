#ifndef SERVER_TRANSPORT_H_
#define SERVER_TRANSPORT_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/server.h"
#include "scheduler/base/clock.h"
#include "server/config.h"
#include "server/system/tls_reload.h"

namespace server {

// One gRPC server with its listeners: bounds on messages, streams and metadata, keepalive, the age of
// connections, TLS on TCP.
class Transport {
 public:
  // `clock` and `services` outlive it. UNAVAILABLE if an address cannot be bound; errors of MakeCredentials.
  static absl::StatusOr<std::unique_ptr<Transport>> Start(
      const ServerConfig& config, const scheduler::base::Clock* clock,
      const std::vector<ListenAddress>& listen, const std::vector<grpc::Service*>& services);

  // Where it listens, ports in use filled in.
  const std::vector<ListenAddress>& addresses() const { return addresses_; }

  // Takes no further connection or call and waits for those in hand; what is left after `patience`
  // is cancelled. REQUIRES: every call in hand is finished sooner or later, else it waits for ever.
  void Shutdown(Millis patience);

 private:
  std::vector<ListenAddress> addresses_;
  std::shared_ptr<TlsReload> tls_;  // null without TLS; outlives the server
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace server

#endif  // SERVER_TRANSPORT_H_
