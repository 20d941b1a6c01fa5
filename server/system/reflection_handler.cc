#include "server/system/reflection_handler.h"

#include <utility>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/mutex.h"
#include "server/status_mapping.h"
#include "server/stream_call.h"
#include "server/system/descriptor_index.h"

namespace server {
namespace {

using scheduler::base::MutexLock;

struct V1 {
  using Service = grpc::reflection::v1::ServerReflection;
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
};

struct V1Alpha {
  using Service = grpc::reflection::v1alpha::ServerReflection;
  using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;
};

template <typename Response>
void SetError(const absl::Status& status, Response* out) {
  out->mutable_error_response()->set_error_code(static_cast<int>(status.code()));
  out->mutable_error_response()->set_error_message(ToGrpcStatus(status).error_message());
}

template <typename Response>
void SetFiles(absl::StatusOr<SerializedFiles> files, Response* out) {
  if (!files.ok()) return SetError(files.status(), out);
  auto* response = out->mutable_file_descriptor_response();
  for (std::string& file : *files) response->add_file_descriptor_proto(std::move(file));
}

template <typename Response>
void SetExtensions(const std::string& type, Response* out) {
  const auto numbers = ExtensionNumbersOf(type);
  if (!numbers.ok()) return SetError(numbers.status(), out);
  auto* response = out->mutable_all_extension_numbers_response();
  response->set_base_type_name(type);
  for (const int number : *numbers) response->add_extension_number(number);
}

template <typename Api>
void Answer(const typename Api::Request& request, const std::vector<std::string>& services,
            typename Api::Response* out) {
  using Request = typename Api::Request;
  out->Clear();
  out->set_valid_host(request.host());
  *out->mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      return SetFiles(FilesByName(request.file_by_filename()), out);
    case Request::kFileContainingSymbol:
      return SetFiles(FilesContainingSymbol(request.file_containing_symbol()), out);
    case Request::kFileContainingExtension:
      return SetFiles(
          FilesContainingExtension(request.file_containing_extension().containing_type(),
                                   request.file_containing_extension().extension_number()),
          out);
    case Request::kAllExtensionNumbersOfType:
      return SetExtensions(request.all_extension_numbers_of_type(), out);
    case Request::kListServices: {
      auto* response = out->mutable_list_services_response();
      for (const std::string& name : services) response->add_service()->set_name(name);
      return;
    }
    case Request::MESSAGE_REQUEST_NOT_SET:
      break;
  }
  SetError(scheduler::base::errors::FieldRequired("message_request", "what to tell"), out);
}

// One stream: reads a request, writes its answer, reads the next.
template <typename Api>
class ReflectionStream final
    : public grpc::ServerBidiReactor<typename Api::Request, typename Api::Response>,
      public StoppableStream {
 public:
  ReflectionStream(CallGate* gate, Method* method, grpc::CallbackServerContext* context,
                   const std::vector<std::string>* services)
      : call_(gate, method, context), services_(*services) {}

  // `self` keeps the reactor until OnDone.
  void Start(std::shared_ptr<ReflectionStream> self) {
    self_ = self;
    if (absl::Status status = call_.Enter(std::move(self)); !status.ok()) {
      End(status);
    } else {
      this->StartRead(&request_);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());
    Answer<Api>(request_, services_, &response_);
    MutexLock lock(&mu_);
    if (!ended_) this->StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the caller has gone"));
    MutexLock lock(&mu_);
    if (!ended_) this->StartRead(&request_);
  }
  void OnStop(const absl::Status& status) override { End(status); }
  void OnDone() override { self_.reset(); }

 private:
  // The first end counts. It may come while a read waits, which then fails.
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(&mu_);
      if (std::exchange(ended_, true)) return;
    }
    this->Finish(call_.End(status));
  }

  StreamCall call_;
  const std::vector<std::string>& services_;
  std::shared_ptr<ReflectionStream> self_;
  typename Api::Request request_;
  typename Api::Response response_;
  scheduler::base::Mutex mu_;  // held while gRPC is told what must not come after the finish
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
};

template <typename Api>
class ReflectionHandler final : public Api::Service::CallbackService {
 public:
  ReflectionHandler(CallGate* gate, std::vector<std::string> services)
      : gate_(gate),
        method_(gate->AddMethod(Api::Service::service_full_name(), "ServerReflectionInfo",
                                CallKind::kProbe, CallShape::kBidiStream)),
        services_(std::move(services)) {}

  grpc::ServerBidiReactor<typename Api::Request, typename Api::Response>* ServerReflectionInfo(
      grpc::CallbackServerContext* context) override {
    auto stream = std::make_shared<ReflectionStream<Api>>(gate_, method_, context, &services_);
    stream->Start(stream);
    return stream.get();
  }

 private:
  CallGate* const gate_;
  Method* const method_;
  const std::vector<std::string> services_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReflectionV1(CallGate* gate, std::vector<std::string> services) {
  return std::make_unique<ReflectionHandler<V1>>(gate, std::move(services));
}

std::unique_ptr<grpc::Service> MakeReflectionV1Alpha(CallGate* gate,
                                                     std::vector<std::string> services) {
  return std::make_unique<ReflectionHandler<V1Alpha>>(gate, std::move(services));
}

}  // namespace server
