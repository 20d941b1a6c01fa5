#ifndef SCHEDULER_DISPATCH_GRPC_ACCOUNT_H_
#define SCHEDULER_DISPATCH_GRPC_ACCOUNT_H_

#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/grpc_peer.h"
#include "scheduler/dispatch/token_request.h"

namespace scheduler::dispatch {

// A target whose templates are filled in, with what its connection adds.
struct ConnectedGrpcTarget {
  std::shared_ptr<const core::GrpcTarget> target;  // with its address
  GrpcPeer peer;
  std::optional<TokenRequest> token;  // to be had before the call
  TokenHeader token_header;           // where it goes
};

// `target` with what its connection adds: address, metadata, and the secret where it is sent. What the target says
// itself wins. The connection's redactor then knows what is secret of that.
//
// Errors are for the run (attempt_results.h, UnsentAttempt):
//   INVALID_ARGUMENT  the connection is of another kind, or cannot be used for gRPC
//   UNAVAILABLE       a secret cannot be read
absl::StatusOr<ConnectedGrpcTarget> Connect(const core::GrpcTarget& target,
                                            AttemptConnection* connection);

// `connected` with the token in its metadata.
ConnectedGrpcTarget WithToken(const ConnectedGrpcTarget& connected, std::string_view token);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_ACCOUNT_H_
