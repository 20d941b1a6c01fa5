#ifndef SCHEDULER_DISPATCH_GRPC_TEXT_H_
#define SCHEDULER_DISPATCH_GRPC_TEXT_H_

#include <map>
#include <string>

#include "scheduler/core/run_port.h"
#include "scheduler/core/target.h"
#include <grpcpp/support/string_ref.h>

// gRPC calls as text for people.
namespace scheduler::dispatch {

// The request in JSON: the target's own, else the run's input, else {}.
std::string GrpcMessageOf(const core::GrpcTarget& target, const core::ClaimedRun& run);

// Address and method, metadata, the request in JSON. REQUIRES: templates are filled in.
std::string TextOfGrpcCall(const core::GrpcTarget& target, const core::ClaimedRun& run);

// "\nkey: value" for each; binary values are left out.
void AppendGrpcMetadata(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                        std::string* text);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_TEXT_H_
