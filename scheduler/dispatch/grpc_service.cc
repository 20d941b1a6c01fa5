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

// Takes the first bytes that are written and lets the rest fall.
class BoundedOutput final : public pb::io::ZeroCopyOutputStream {
 public:
  explicit BoundedOutput(size_t capacity) : kept_(capacity, '\0') {}

  bool Next(void** data, int* size) override {
    full_ = used_ == kept_.size();
    if (full_) return false;
    *data = &kept_[used_];
    *size = static_cast<int>(kept_.size() - used_);
    used_ = kept_.size();
    return true;
  }
  void BackUp(int count) override { used_ -= static_cast<size_t>(count); }
  int64_t ByteCount() const override { return static_cast<int64_t>(used_); }

  // More came than is kept.
  bool full() const { return full_; }
  std::string_view text() const { return std::string_view(kept_).substr(0, used_); }

 private:
  std::string kept_;
  size_t used_ = 0;
  bool full_ = false;
};

// Ends the reply once there is enough text of it: field names are the target's to choose, so that a
// small reply can have a text without bounds. Hands out small pieces, since a piece is converted
// whole.
class EndingInput final : public pb::io::ZeroCopyInputStream {
 public:
  EndingInput(pb::io::ZeroCopyInputStream* reply, const BoundedOutput* output)
      : reply_(reply), output_(output) {}

  bool Next(const void** data, int* size) override {
    if (output_->full()) return false;
    while (left_ == 0) {
      const void* chunk = nullptr;
      if (!reply_->Next(&chunk, &left_)) return false;
      next_ = static_cast<const char*>(chunk);
    }
    *data = next_;
    *size = std::min(left_, kPiece);
    Move(*size);
    return true;
  }
  void BackUp(int count) override { Move(-count); }
  bool Skip(int count) override {
    const void* data = nullptr;
    int size = 0;
    while (count > 0 && Next(&data, &size)) {
      if (size > count) BackUp(size - count);
      count -= std::min(size, count);
    }
    return count == 0;
  }
  int64_t ByteCount() const override { return taken_; }

 private:
  static constexpr int kPiece = 512;

  void Move(int count) {
    next_ += count;
    left_ -= count;
    taken_ += count;
  }

  pb::io::ZeroCopyInputStream* const reply_;
  const BoundedOutput* const output_;
  const char* next_ = nullptr;
  int left_ = 0;  // of the reply's own piece
  int64_t taken_ = 0;
};

std::string TypeUrl(const pb::Descriptor* type) {
  return absl::StrCat(kUrlPrefix, "/", type->full_name());
}

// The library looks for a field of a message by going through all of them, so that their number is a
// factor of the time a conversion takes.
constexpr int kMaxFields = 1000;

bool HasTooManyFields(const pb::DescriptorProto& type) {
  return type.field_size() > kMaxFields ||
         std::any_of(type.nested_type().begin(), type.nested_type().end(), HasTooManyFields);
}

absl::Status Invalid(std::string_view what, std::string_view detail) {
  return absl::InvalidArgumentError(base::StrCat(what, ": ", ToMessage(detail, 512)));
}

absl::Status CheckFields(const std::vector<pb::FileDescriptorProto>& files) {
  for (const pb::FileDescriptorProto& file : files) {
    const auto& types = file.message_type();
    const auto large = std::find_if(types.begin(), types.end(), HasTooManyFields);
    if (large != types.end()) return Invalid("a message has more than 1,000 fields", large->name());
  }
  return absl::OkStatus();
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
  absl::Status bounded = CheckFields(files);
  if (!bounded.ok()) return bounded;
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
  EndingInput input(reply, &output);
  const pb::util::Status status =
      pb::util::BinaryToJsonStream(resolver_.get(), method.output_url, &input, &output);
  if (!status.ok() && !output.full()) {
    const auto message = status.message();
    return Invalid(absl::StrCat("the reply does not fit ", method.output_url),
                   {message.data(), message.size()});
  }
  core::RunOutput kept;
  kept.output = ToUtf8(output.text(), base::limits::kMaxOutputBytes, &kept.truncated);
  return kept;
}

}  // namespace scheduler::dispatch
