#ifndef SERVER_SYSTEM_REFLECTION_HANDLER_H_
#define SERVER_SYSTEM_REFLECTION_HANDLER_H_

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/impl/service_type.h"
#include "server/call_gate.h"

namespace server {

// grpc.reflection.v1 and grpc.reflection.v1alpha, which differ in their package only. gRPC 1.51
// brings v1alpha alone, and on its synchronous API. `services` are the full names that are listed.
// `gate` outlives the handlers.
std::unique_ptr<grpc::Service> MakeReflectionV1(CallGate* gate, std::vector<std::string> services);
std::unique_ptr<grpc::Service> MakeReflectionV1Alpha(CallGate* gate,
                                                     std::vector<std::string> services);

}  // namespace server

#endif  // SERVER_SYSTEM_REFLECTION_HANDLER_H_
