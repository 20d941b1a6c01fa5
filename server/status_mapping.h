#ifndef SERVER_STATUS_MAPPING_H_
#define SERVER_STATUS_MAPPING_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

// The one place where the service's errors become gRPC's.
namespace server {

// The domain of every ErrorInfo.
inline constexpr char kErrorDomain[] = "jobs.ductape";

// Code, message and details of an error: google.rpc.ErrorInfo always; BadRequest with the field's
// path for INVALID_ARGUMENT; PreconditionFailure for FAILED_PRECONDITION; RetryInfo where the error
// says how long to wait, and for every RESOURCE_EXHAUSTED and UNAVAILABLE.
//
// Texts are cut, since they can hold what a client sent and travel in HTTP/2 headers, of which
// clients take 8 KiB by default. An error that is not of the catalogue (scheduler/base/errors.h)
// is INTERNAL without its text, which may not be for clients.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// The same for a call's end; OK for OK.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace server

#endif  // SERVER_STATUS_MAPPING_H_
