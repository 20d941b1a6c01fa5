#ifndef SCHEDULER_DISPATCH_GRPC_STATUS_H_
#define SCHEDULER_DISPATCH_GRPC_STATUS_H_

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "scheduler/core/model.h"
#include <grpcpp/support/status.h>

namespace scheduler::dispatch {

// The run's error for a call that ended with `status`, which is not OK. The class is that of
// core/failure.h for the code, but for two that the library gives where the target gave none:
// UNAVAILABLE when no connection could be made or it broke is CONNECTION, and RESOURCE_EXHAUSTED
// for a message that is too large is VALIDATION, since the next attempt's would be as large.
std::shared_ptr<const core::RunError> GrpcError(const grpc::Status& status);

// The run's error for a target that cannot be called as it stands.
std::shared_ptr<const core::RunError> GrpcInvalid(const absl::Status& status);

// An error of the given class.
std::shared_ptr<const core::RunError> GrpcFailure(std::string_view code, std::string_view message);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_STATUS_H_
