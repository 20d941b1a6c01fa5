#ifndef SCHEDULER_DISPATCH_GRPC_REFLECTION_H_
#define SCHEDULER_DISPATCH_GRPC_REFLECTION_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/dispatch/grpc_peer.h"
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

namespace scheduler::dispatch {

// What a target told of a service: the file that defines it and all that this imports. Or the names of its
// services.
struct ReflectionAnswer {
  // Why there are no files. From the target, or: NOT_FOUND (it has no such service), UNIMPLEMENTED
  // (it has no reflection), RESOURCE_EXHAUSTED (it told more than the bounds below),
  // INVALID_ARGUMENT (it told nonsense), DEADLINE_EXCEEDED, CANCELLED.
  grpc::Status status;
  std::vector<google::protobuf::FileDescriptorProto> files;
  std::vector<std::string> services;
};

// Bounds of one answer, far above what real services have, so that a target cannot use up memory.
inline constexpr int kMaxReflectionFiles = 256;
inline constexpr int64_t kMaxReflectionBytes = 1024 * 1024;

// Asks targets for the descriptors of services: by grpc.reflection.v1, and where a target does not
// have that by v1alpha, whose messages are the same on the wire.
//
// Thread-safe. Nothing is called back after Stop has returned.
class GrpcReflection {
 public:
  using Done = std::function<void(ReflectionAnswer)>;

  GrpcReflection();
  ~GrpcReflection();
  GrpcReflection(const GrpcReflection&) = delete;
  GrpcReflection& operator=(const GrpcReflection&) = delete;

  // Asks for `service`, sending `metadata`. Calls `done` exactly once, at the latest after `timeout`; from
  // another thread, unless it has been stopped. REQUIRES: the metadata may be sent (CheckGrpcMetadata).
  void Fetch(std::shared_ptr<grpc::Channel> channel, const std::string& service,
             const GrpcMetadata& metadata, base::Millis timeout, Done done);

  // Asks for the names of the services, likewise.
  void List(std::shared_ptr<grpc::Channel> channel, const GrpcMetadata& metadata,
            base::Millis timeout, Done done);

  // Ends what is under way as CANCELLED and waits for its callbacks. Idempotent; the destructor
  // calls it. Not from a callback.
  void Stop();

 private:
  class Stream;
  struct Shared;  // the streams under way

  const std::shared_ptr<Shared> shared_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_REFLECTION_H_
