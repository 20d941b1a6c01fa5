#ifndef SCHEDULER_DISPATCH_GRPC_TARGET_H_
#define SCHEDULER_DISPATCH_GRPC_TARGET_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/core/model.h"

namespace scheduler::dispatch {

// Where a gRPC target listens.
struct GrpcAddress {
  bool tls = false;
  std::string host;  // a name or an address, IPv6 without brackets
  uint16_t port = 0;

  // "host:port": what the target is called in requests and what its certificate is checked against.
  std::string Authority() const;
};

// Reads "host:port" (plaintext) and "grpcs://host:port" (TLS); IPv6 stands in brackets.
// INVALID_ARGUMENT, with a message for the run's error, for everything else.
absl::StatusOr<GrpcAddress> ParseGrpcAddress(const std::string& text);

// "package.Service" and "Method".
struct GrpcMethodName {
  std::string service;
  std::string method;
};

// Reads "package.Service/Method"; a leading "/" is allowed. INVALID_ARGUMENT for everything else.
absl::StatusOr<GrpcMethodName> ParseGrpcMethod(const std::string& text);

// OK if a target may send this metadata. INVALID_ARGUMENT, with a message for the run's error: the
// key is not of [a-z0-9._-], ends with "-bin" or is the service's or gRPC's to set
// (core/reserved_headers.h); or the value is not printable ASCII. The library ends the process on a
// key or value that HTTP/2 cannot carry, so this is asked of every one.
absl::Status CheckGrpcMetadata(const std::string& key, const std::string& value);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_TARGET_H_
