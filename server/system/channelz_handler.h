#ifndef SERVER_SYSTEM_CHANNELZ_HANDLER_H_
#define SERVER_SYSTEM_CHANNELZ_HANDLER_H_

#include <memory>

#include "grpcpp/impl/service_type.h"
#include "server/call_gate.h"
#include "server/work_pool.h"

namespace server {

// grpc.channelz.v1: what gRPC knows of this process's channels, servers and sockets. It shows peers'
// addresses: for listeners that only operators reach. gRPC's own service of it is on the synchronous
// API and joins every server of the process. `gate` and `pool` outlive the handler.
std::unique_ptr<grpc::Service> MakeChannelz(CallGate* gate, WorkPool* pool);

}  // namespace server

#endif  // SERVER_SYSTEM_CHANNELZ_HANDLER_H_
