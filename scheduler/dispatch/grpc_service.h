#ifndef SCHEDULER_DISPATCH_GRPC_SERVICE_H_
#define SCHEDULER_DISPATCH_GRPC_SERVICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/transitions.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/io/zero_copy_stream.h>
#include <google/protobuf/util/type_resolver.h>

namespace scheduler::dispatch {

// The methods and message types of one service, from descriptors that its target told. Nothing in
// them is trusted: their number and size are bounded by who fetched them, types of the package
// google.protobuf are taken from our own library (the JSON mapping treats them specially), messages
// have at most 1,000 fields, and a reply is converted only until there is enough text to keep.
//
// Messages go straight from JSON to wire format and back by protobuf's type resolver; no message
// object is made.
//
// Immutable, so thread-safe.
class GrpcService {
 public:
  struct Method {
    std::string path;       // "/package.Service/Method"
    std::string input_url;  // type URLs for the conversions
    std::string output_url;
  };

  // INVALID_ARGUMENT, with the first of the library's complaints, if the files do not fit together
  // or do not hold the service.
  static absl::StatusOr<std::shared_ptr<const GrpcService>> Create(
      const std::string& name, const std::vector<google::protobuf::FileDescriptorProto>& files);

  // INVALID_ARGUMENT: there is no such method, or it is not unary.
  absl::StatusOr<Method> FindMethod(const std::string& name) const;

  // The request as bytes. INVALID_ARGUMENT if the JSON does not fit the type.
  absl::StatusOr<std::string> RequestFromJson(const Method& method, const std::string& json) const;

  // The reply as JSON: what is kept of it. INVALID_ARGUMENT if the bytes do not fit the type.
  absl::StatusOr<core::RunOutput> OutputFromReply(
      const Method& method, google::protobuf::io::ZeroCopyInputStream* reply) const;

 private:
  GrpcService() = default;

  google::protobuf::SimpleDescriptorDatabase database_;
  // The pool builds files when they are first asked for, at any time, and complains to this.
  std::unique_ptr<google::protobuf::DescriptorPool::ErrorCollector> errors_;
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
  const google::protobuf::ServiceDescriptor* service_ = nullptr;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_SERVICE_H_
