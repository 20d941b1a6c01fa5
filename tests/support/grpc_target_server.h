#ifndef TESTS_SUPPORT_GRPC_TARGET_SERVER_H_
#define TESTS_SUPPORT_GRPC_TARGET_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "grpc/reflection/v1/reflection.pb.h"
#include "scheduler/base/mutex.h"
#include "support/v1/target.grpc.pb.h"
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

namespace support {

// A gRPC server with the service support.v1.Target and with reflection, both of which do what the
// test says. Reflection is served from bytes and not by the library's plugin, so that it can also
// lie. Call EnableRealReflection of the library for a server that cannot.
class GrpcTargetServer {
 public:
  using ReflectionRequest = grpc::reflection::v1::ServerReflectionRequest;
  using ReflectionResponse = grpc::reflection::v1::ServerReflectionResponse;
  // Fills the answer in; false: never answers.
  using Reflection = std::function<bool(const ReflectionRequest&, ReflectionResponse*)>;

  using Metadata = std::map<std::string, std::string>;
  // Whether a call may be made; of two entries of one key either counts.
  using Guard = std::function<grpc::Status(const Metadata&)>;

  struct Options {
    bool v1 = true;
    bool v1alpha = false;
    Reflection reflection;         // none: honest
    std::string certificate_file;  // with key_file: TLS
    std::string key_file;
    std::string client_ca_file;  // with TLS: clients need a certificate of this authority
    Guard guard;                 // asked of every call, also of reflection's; none: all may
    int port = 0;                // 0: a free one
  };
  struct Call {
    Metadata metadata;
    std::string authority;
    std::string request_json;
  };

  explicit GrpcTargetServer(Options options);
  GrpcTargetServer() : GrpcTargetServer(Options()) {}
  ~GrpcTargetServer();
  GrpcTargetServer(const GrpcTargetServer&) = delete;
  GrpcTargetServer& operator=(const GrpcTargetServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Calls of Target.Ping, in order.
  std::vector<Call> calls() const;
  size_t call_count() const;
  // Reflection requests answered.
  int reflection_requests() const;
  void SetReflection(Reflection reflection);
  // Called for a request that says `cut`; before the first such request.
  void OnCut(std::function<void()> cut) { cut_ = std::move(cut); }

  // The honest answer; descriptors are from the program's own descriptors.
  static bool HonestReflection(const ReflectionRequest& request, ReflectionResponse* response);

 private:
  class Target;
  class Generic;
  class ReflectionReactor;
  class RefusingReactor;

  static Metadata MetadataOf(const grpc::ServerContextBase& context);
  grpc::Status Ask(const grpc::ServerContextBase& context) const;
  bool Answer(const ReflectionRequest& request, ReflectionResponse* response);

  const Options options_;
  int port_ = 0;
  std::function<void()> cut_;
  mutable scheduler::base::Mutex mu_;
  std::vector<Call> calls_ ABSL_GUARDED_BY(mu_);
  Reflection reflection_ ABSL_GUARDED_BY(mu_);
  int reflection_requests_ ABSL_GUARDED_BY(mu_) = 0;
  std::unique_ptr<Target> target_;
  std::unique_ptr<Generic> generic_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_GRPC_TARGET_SERVER_H_
