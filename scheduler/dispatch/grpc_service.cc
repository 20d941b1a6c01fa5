#include "scheduler/dispatch/grpc_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

namespace scheduler::dispatch {
namespace {

namespace pb = google::protobuf;

constexpr char kUrlPrefix[] = "type.googleapis.com";
constexpr char kOwnPackage[] = "google.protobuf";

// Keeps the first complaint of the descriptor pool.
class FirstError final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message* /*proto*/,
                ErrorLocation /*location*/, const std::string& message) override {
    if (text.empty()) text = absl::StrCat(file, ": ", element, ": ", message);
  }
  std::string text;
};

// Takes the first bytes that are written and lets the rest fall: a small reply can have a huge text,
// since field names are the target's to choose.
class BoundedOutput final : public pb::io::ZeroCopyOutputStream {
 public:
  explicit BoundedOutput(size_t capacity) : kept_(capacity, '\0') {}

  bool Next(void** data, int* size) override {
    if (used_ == kept_.size()) return false;
    *data = &kept_[used_];
    *size = static_cast<int>(kept_.size() - used_);
    used_ = kept_.size();
    return true;
  }
  void BackUp(int count) override { used_ -= static_cast<size_t>(count); }
  int64_t ByteCount() const override { return static_cast<int64_t>(used_); }

  std::string_view text() const { return std::string_view(kept_).substr(0, used_); }

 private:
  std::string kept_;
  size_t used_ = 0;
};

std::string TypeUrl(const pb::Descriptor* type) {
  return absl::StrCat(kUrlPrefix, "/", type->full_name());
}

absl::Status Invalid(std::string_view what, std::string_view detail) {
  return absl::InvalidArgumentError(base::StrCat(what, ": ", ToMessage(detail, 512)));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const GrpcService>> GrpcService::Create(
    const std::string& name, const std::vector<pb::FileDescriptorProto>& files) {
  std::shared_ptr<GrpcService> made(new GrpcService);
  for (const pb::FileDescriptorProto& file : files) {
    pb::FileDescriptorProto own;
    if (file.package() == kOwnPackage) {
      const pb::FileDescriptor* known =
          pb::DescriptorPool::generated_pool()->FindFileByName(file.name());
      if (known == nullptr) return Invalid("unknown file of google.protobuf", file.name());
      known->CopyTo(&own);
    }
    // A file that stands there twice is refused by the database and not needed.
    made->database_.Add(own.name().empty() ? file : own);
  }
  auto errors = std::make_unique<FirstError>();
  const FirstError& error = *errors;
  made->errors_ = std::move(errors);
  made->pool_ = std::make_unique<pb::DescriptorPool>(&made->database_, made->errors_.get());
  made->service_ = made->pool_->FindServiceByName(name);
  if (made->service_ == nullptr) {
    return Invalid(absl::StrCat("the target's descriptors of ", name, " cannot be used"),
                   error.text.empty() ? "the service is not among them" : error.text);
  }
  made->resolver_.reset(pb::util::NewTypeResolverForDescriptorPool(kUrlPrefix, made->pool_.get()));
  return std::shared_ptr<const GrpcService>(std::move(made));
}

absl::StatusOr<GrpcService::Method> GrpcService::FindMethod(const std::string& name) const {
  const pb::MethodDescriptor* method = service_->FindMethodByName(name);
  if (method == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the target's service ", service_->full_name(), " has no method ", name));
  }
  if (method->client_streaming() || method->server_streaming()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the method ", name, " is streaming; only unary methods can be called"));
  }
  return Method{absl::StrCat("/", service_->full_name(), "/", name), TypeUrl(method->input_type()),
                TypeUrl(method->output_type())};
}

absl::StatusOr<std::string> GrpcService::RequestFromJson(const Method& method,
                                                         const std::string& json) const {
  std::string bytes;
  const pb::util::Status status =
      pb::util::JsonToBinaryString(resolver_.get(), method.input_url, json, &bytes);
  if (!status.ok()) {
    const auto message = status.message();
    return Invalid(absl::StrCat("the message does not fit ", method.input_url),
                   {message.data(), message.size()});
  }
  return bytes;
}

absl::StatusOr<core::RunOutput> GrpcService::OutputFromReply(
    const Method& method, pb::io::ZeroCopyInputStream* reply) const {
  // One byte more than is kept, so that a cut is seen.
  BoundedOutput output(base::limits::kMaxOutputBytes + 1);
  const pb::util::Status status =
      pb::util::BinaryToJsonStream(resolver_.get(), method.output_url, reply, &output);
  if (!status.ok()) {
    const auto message = status.message();
    return Invalid(absl::StrCat("the reply does not fit ", method.output_url),
                   {message.data(), message.size()});
  }
  core::RunOutput kept;
  kept.output = ToUtf8(output.text(), base::limits::kMaxOutputBytes, &kept.truncated);
  return kept;
}

}  // namespace scheduler::dispatch
