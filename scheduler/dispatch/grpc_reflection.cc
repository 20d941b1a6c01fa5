#include "scheduler/dispatch/grpc_reflection.h"

#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "scheduler/base/mutex.h"
#include <google/protobuf/descriptor.h>
#include <grpc/support/time.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/client_callback.h>

namespace scheduler::dispatch {
namespace {

using Request = grpc::reflection::v1::ServerReflectionRequest;
using Response = grpc::reflection::v1::ServerReflectionResponse;

constexpr char kV1[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
constexpr char kV1Alpha[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

// The files told so far, and those that are still to be asked for.
class Files {
 public:
  // The status is not OK when a bound is passed or a file cannot be read.
  grpc::Status Take(const grpc::reflection::v1::FileDescriptorResponse& response) {
    for (const std::string& bytes : response.file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      bytes_ += static_cast<int64_t>(bytes.size());
      if (bytes_ > kMaxReflectionBytes || files_.size() >= kMaxReflectionFiles) {
        return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the target's descriptors are too large"};
      }
      if (!file.ParseFromString(bytes)) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "the target's descriptors cannot be read"};
      }
      if (!known_.insert(file.name()).second) continue;
      for (const std::string& import : file.dependency()) Want(import);
      files_.push_back(std::move(file));
    }
    return grpc::Status::OK;
  }

  // A file that has not been told yet; empty if none is missing.
  std::string NextMissing() {
    while (!wanted_.empty() && known_.contains(wanted_.front())) wanted_.pop_front();
    return wanted_.empty() ? "" : wanted_.front();
  }

  std::vector<google::protobuf::FileDescriptorProto> Release() { return std::move(files_); }

 private:
  // What our own library brings of google.protobuf is not asked for.
  void Want(const std::string& import) {
    const google::protobuf::FileDescriptor* own =
        google::protobuf::DescriptorPool::generated_pool()->FindFileByName(import);
    if (own == nullptr || own->package() != "google.protobuf") {
      wanted_.push_back(import);
    } else if (known_.insert(import).second) {
      own->CopyTo(&files_.emplace_back());
      for (int i = 0; i < own->dependency_count(); ++i) Want(own->dependency(i)->name());
    }
  }

  int64_t bytes_ = 0;
  absl::flat_hash_set<std::string> known_;
  std::deque<std::string> wanted_;
  std::vector<google::protobuf::FileDescriptorProto> files_;
};

}  // namespace

struct GrpcReflection::Shared {
  base::Mutex mu;
  base::CondVar ended;
  bool stopped ABSL_GUARDED_BY(mu) = false;
  // By their streams; shared, so that Stop can cancel them without the lock.
  absl::flat_hash_map<const Stream*, std::shared_ptr<grpc::ClientContext>> contexts
      ABSL_GUARDED_BY(mu);
};

// One stream. It asks, reads, asks again, with one operation under way at any time, and deletes
// itself when the stream is done.
class GrpcReflection::Stream final : public grpc::ClientBidiReactor<Request, Response> {
 public:
  // An empty `service` asks for all names.
  Stream(std::shared_ptr<Shared> shared, std::shared_ptr<grpc::Channel> channel,
         std::string service, GrpcMetadata metadata, gpr_timespec deadline, bool alpha, Done done)
      : shared_(std::move(shared)),
        channel_(std::move(channel)),
        service_(std::move(service)),
        metadata_(std::move(metadata)),
        deadline_(deadline),
        alpha_(alpha),
        done_(std::move(done)),
        stub_(channel_) {}

  void Begin() {
    {
      base::MutexLock lock(&shared_->mu);
      stopped_ = shared_->stopped;
      if (!stopped_) shared_->contexts[this] = context_;
    }
    if (stopped_) {
      answer_.status = {grpc::StatusCode::CANCELLED, "stopped"};
      done_(std::move(answer_));
      delete this;
      return;
    }
    context_->set_deadline(deadline_);
    for (const auto& [key, value] : metadata_) context_->AddMetadata(key, value);
    stub_.PrepareBidiStreamingCall(context_.get(), alpha_ ? kV1Alpha : kV1, grpc::StubOptions(),
                                   this);
    if (service_.empty()) {
      request_.set_list_services("*");
    } else {
      request_.set_file_containing_symbol(service_);
    }
    StartWrite(&request_);
    StartCall();
  }

  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&response_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;  // OnDone says why
    answer_.status = Take();
    if (!answer_.status.ok() || service_.empty()) return StopStream();
    const std::string missing = files_.NextMissing();
    if (missing.empty()) {
      answer_.files = files_.Release();
      return StopStream();
    }
    // A target that tells other files than those it is asked for could go on for ever.
    if (++asked_ > kMaxReflectionFiles) {
      answer_.status = {grpc::StatusCode::RESOURCE_EXHAUSTED, "the target's imports do not end"};
      return StopStream();
    }
    request_.set_file_by_filename(missing);
    StartWrite(&request_);
  }

  void OnDone(const grpc::Status& status) override {
    if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && !alpha_ && !stopped_) {
      (new Stream(shared_, std::move(channel_), std::move(service_), std::move(metadata_),
                  deadline_, /*alpha=*/true, std::move(done_)))
          ->Begin();
    } else {
      if (!stopped_) answer_.status = Ended(status);
      done_(std::move(answer_));
    }
    Leave();
    delete this;
  }

 private:
  grpc::Status Take() {
    if (response_.has_error_response()) {
      const auto& error = response_.error_response();
      // Servers in the wild put any number here.
      const bool known = error.error_code() > 0 && error.error_code() <= 16;
      return {known ? static_cast<grpc::StatusCode>(error.error_code()) : grpc::StatusCode::UNKNOWN,
              error.error_message()};
    }
    if (service_.empty()) return TakeNames();
    if (response_.file_descriptor_response().file_descriptor_proto().empty()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "the target told no descriptors"};
    }
    return files_.Take(response_.file_descriptor_response());
  }

  grpc::Status TakeNames() {
    if (!response_.has_list_services_response()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "the target told no services"};
    }
    for (const auto& service : response_.list_services_response().service()) {
      answer_.services.push_back(service.name());
    }
    return grpc::Status::OK;
  }

  // The answer stands; the stream is of no more use.
  void StopStream() {
    stopped_ = true;
    context_->TryCancel();
  }

  static grpc::Status Ended(const grpc::Status& status) {
    if (!status.ok()) return status;
    return {grpc::StatusCode::INVALID_ARGUMENT, "the target's reflection ended early"};
  }

  // After the callback, whose captures go first.
  void Leave() {
    done_ = nullptr;
    base::MutexLock lock(&shared_->mu);
    shared_->contexts.erase(this);
    shared_->ended.SignalAll();
  }

  const std::shared_ptr<Shared> shared_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string service_;
  GrpcMetadata metadata_;
  const gpr_timespec deadline_;
  const bool alpha_;
  Done done_;
  grpc::TemplatedGenericStub<Request, Response> stub_;
  const std::shared_ptr<grpc::ClientContext> context_ = std::make_shared<grpc::ClientContext>();
  Request request_;
  Response response_;
  Files files_;
  ReflectionAnswer answer_;
  int asked_ = 0;
  bool stopped_ = false;
};

GrpcReflection::GrpcReflection() : shared_(std::make_shared<Shared>()) {}

GrpcReflection::~GrpcReflection() { Stop(); }

void GrpcReflection::Fetch(std::shared_ptr<grpc::Channel> channel, const std::string& service,
                           const GrpcMetadata& metadata, base::Millis timeout, Done done) {
  // One point in time for both versions.
  const gpr_timespec deadline =
      gpr_convert_clock_type(gpr_time_from_millis(timeout, GPR_TIMESPAN), GPR_CLOCK_MONOTONIC);
  (new Stream(shared_, std::move(channel), service, metadata, deadline, /*alpha=*/false,
              std::move(done)))
      ->Begin();
}

void GrpcReflection::List(std::shared_ptr<grpc::Channel> channel, const GrpcMetadata& metadata,
                          base::Millis timeout, Done done) {
  Fetch(std::move(channel), "", metadata, timeout, std::move(done));
}

void GrpcReflection::Stop() {
  std::vector<std::shared_ptr<grpc::ClientContext>> contexts;
  {
    base::MutexLock lock(&shared_->mu);
    shared_->stopped = true;
    for (const auto& [stream, context] : shared_->contexts) contexts.push_back(context);
  }
  for (const auto& context : contexts) context->TryCancel();
  base::MutexLock lock(&shared_->mu);
  while (!shared_->contexts.empty()) shared_->ended.Wait(&shared_->mu);
}

}  // namespace scheduler::dispatch
