#include "tests/support/grpc_target_server.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "tests/support/child_process.h"
#include <google/protobuf/util/json_util.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/proto_buffer_reader.h>

namespace support {
namespace {

constexpr char kHostile[] = "\r\n\x01\x1b[31m\xff\xfe\xc0\xaf";

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const std::string& certificate_file,
                                                       const std::string& key_file,
                                                       const std::string& client_ca_file) {
  if (certificate_file.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back({ReadFile(key_file), ReadFile(certificate_file)});
  if (!client_ca_file.empty()) {
    tls.pem_root_certs = ReadFile(client_ca_file);
    tls.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(tls);
}

// Waits for the end of the client's patience.
class HangingReactor final : public grpc::ServerUnaryReactor {
 public:
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

}  // namespace

class GrpcTargetServer::Target final : public v1::Target::CallbackService {
 public:
  explicit Target(GrpcTargetServer* owner) : owner_(owner) {}

  grpc::ServerUnaryReactor* Ping(grpc::CallbackServerContext* context,
                                 const v1::PingRequest* request, v1::PingReply* reply) override {
    Record(*context, *request);
    const grpc::Status refusal = owner_->Ask(*context);
    if (!refusal.ok()) {
      auto* const refusing = context->DefaultReactor();
      refusing->Finish(refusal);
      return refusing;
    }
    const v1::Behaviour& behaviour = request->behaviour();
    if (behaviour.cut()) owner_->cut_();
    if (behaviour.hang() || behaviour.cut()) return new HangingReactor;
    if (!behaviour.pushback().empty()) {
      context->AddTrailingMetadata("grpc-retry-pushback-ms", behaviour.pushback());
    }
    reply->set_pong(true);
    *reply->mutable_text() = std::string(static_cast<size_t>(behaviour.reply_bytes()), 'x');
    if (request->has_at()) *reply->mutable_at() = request->at();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(StatusOf(behaviour));
    return reactor;
  }

 private:
  static grpc::Status StatusOf(const v1::Behaviour& behaviour) {
    if (behaviour.hostile_message()) {
      return {grpc::StatusCode::INTERNAL, kHostile + std::string(3000, '\n')};
    }
    return {static_cast<grpc::StatusCode>(behaviour.code()), behaviour.message()};
  }

  void Record(const grpc::CallbackServerContext& context, const v1::PingRequest& request) {
    Call call;
    call.metadata = MetadataOf(context);
    call.authority = context.ExperimentalGetAuthority().data();
    call.authority.resize(context.ExperimentalGetAuthority().size());
    if (!google::protobuf::util::MessageToJsonString(request, &call.request_json).ok()) abort();
    scheduler::base::MutexLock lock(&owner_->mu_);
    owner_->calls_.push_back(std::move(call));
  }

  GrpcTargetServer* const owner_;
};

// Either version of reflection, whose messages are the same on the wire.
class GrpcTargetServer::ReflectionReactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit ReflectionReactor(GrpcTargetServer* owner) : owner_(owner) { StartRead(&in_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    ReflectionRequest request;
    grpc::ProtoBufferReader reader(&in_);
    if (!request.ParseFromZeroCopyStream(&reader)) {
      return Finish({grpc::StatusCode::INVALID_ARGUMENT, "bad request"});
    }
    ReflectionResponse response;
    if (!owner_->Answer(request, &response)) return;  // until OnCancel
    const grpc::Slice slice(response.SerializeAsString());
    out_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&out_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    in_.Clear();
    StartRead(&in_);
  }
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  void Finish(const grpc::Status& status) {
    if (!finished_.exchange(true)) grpc::ServerGenericBidiReactor::Finish(status);
  }

  GrpcTargetServer* const owner_;
  std::atomic<bool> finished_{false};
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
};

class GrpcTargetServer::RefusingReactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit RefusingReactor(const grpc::Status& refusal) { Finish(refusal); }
  void OnDone() override { delete this; }
};

class GrpcTargetServer::Generic final : public grpc::CallbackGenericService {
 public:
  explicit Generic(GrpcTargetServer* owner) : owner_(owner) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const grpc::Status refusal = owner_->Ask(*context);
    if (!refusal.ok()) return new RefusingReactor(refusal);
    const std::string& method = context->method();
    const bool v1 = method == "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    const bool alpha = method == "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
    if ((v1 && owner_->options_.v1) || (alpha && owner_->options_.v1alpha)) {
      return new ReflectionReactor(owner_);
    }
    return grpc::CallbackGenericService::CreateReactor(context);  // UNIMPLEMENTED
  }

 private:
  GrpcTargetServer* const owner_;
};

GrpcTargetServer::GrpcTargetServer(Options options)
    : options_(std::move(options)),
      reflection_(options_.reflection ? options_.reflection : &HonestReflection),
      target_(std::make_unique<Target>(this)),
      generic_(std::make_unique<Generic>(this)) {
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(
      "127.0.0.1:" + std::to_string(options_.port),
      CredentialsOf(options_.certificate_file, options_.key_file, options_.client_ca_file), &port_);
  builder.RegisterService(target_.get());
  builder.RegisterCallbackGenericService(generic_.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) abort();
}

GrpcTargetServer::~GrpcTargetServer() { server_->Shutdown(std::chrono::system_clock::now()); }

GrpcTargetServer::Metadata GrpcTargetServer::MetadataOf(const grpc::ServerContextBase& context) {
  Metadata metadata;
  for (const auto& [key, value] : context.client_metadata()) {
    metadata[std::string(key.data(), key.size())] = {value.data(), value.size()};
  }
  return metadata;
}

grpc::Status GrpcTargetServer::Ask(const grpc::ServerContextBase& context) const {
  return options_.guard ? options_.guard(MetadataOf(context)) : grpc::Status::OK;
}

std::vector<GrpcTargetServer::Call> GrpcTargetServer::calls() const {
  scheduler::base::MutexLock lock(&mu_);
  return calls_;
}

size_t GrpcTargetServer::call_count() const {
  scheduler::base::MutexLock lock(&mu_);
  return calls_.size();
}

int GrpcTargetServer::reflection_requests() const {
  scheduler::base::MutexLock lock(&mu_);
  return reflection_requests_;
}

void GrpcTargetServer::SetReflection(Reflection reflection) {
  scheduler::base::MutexLock lock(&mu_);
  reflection_ = std::move(reflection);
}

bool GrpcTargetServer::Answer(const ReflectionRequest& request, ReflectionResponse* response) {
  Reflection reflection;
  {
    scheduler::base::MutexLock lock(&mu_);
    ++reflection_requests_;
    reflection = reflection_;
  }
  return reflection(request, response);
}

bool GrpcTargetServer::HonestReflection(const ReflectionRequest& request,
                                        ReflectionResponse* response) {
  if (request.has_list_services()) {
    for (const char* name : {"grpc.reflection.v1.ServerReflection", "support.v1.Target"}) {
      response->mutable_list_services_response()->add_service()->set_name(name);
    }
    return true;
  }
  const auto* const pool = google::protobuf::DescriptorPool::generated_pool();
  const google::protobuf::FileDescriptor* file =
      request.has_file_by_filename()
          ? pool->FindFileByName(request.file_by_filename())
          : pool->FindFileContainingSymbol(request.file_containing_symbol());
  if (file == nullptr) {
    response->mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
    response->mutable_error_response()->set_error_message("not here");
    return true;
  }
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  response->mutable_file_descriptor_response()->add_file_descriptor_proto(
      proto.SerializeAsString());
  return true;
}

}  // namespace support
