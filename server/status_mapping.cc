#include "server/status_mapping.h"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "scheduler/base/errors.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/strings.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;

constexpr size_t kMaxMessage = 512;
constexpr size_t kMaxMetadataValue = 256;
constexpr size_t kMaxField = 256;
constexpr int kMaxMetadata = 16;
// How long to wait where the error does not say.
constexpr scheduler::base::Millis kDefaultRetryDelay = 1000;
constexpr char kNotCatalogued[] = "INTERNAL";

// Valid UTF-8 of at most `max` bytes, with an ellipsis where it was cut.
std::string Cut(std::string_view text, size_t max) {
  constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
  if (text.size() <= max) return ToValidUtf8(text);
  size_t length = max - kEllipsis.size();
  // Back to the first byte of a character.
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return ToValidUtf8(text.substr(0, length)).append(kEllipsis);
}

void AddErrorInfo(const errors::Detail& detail, google::rpc::Status* out) {
  google::rpc::ErrorInfo info;
  info.set_reason(detail.reason);
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : detail.metadata) {
    if (info.metadata().size() >= kMaxMetadata) break;
    (*info.mutable_metadata())[key] = Cut(value, kMaxMetadataValue);
  }
  out->add_details()->PackFrom(info);
}

void AddBadRequest(const errors::Detail& detail, google::rpc::Status* out) {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field(Cut(detail.field, kMaxField));
  violation->set_description(out->message());
  out->add_details()->PackFrom(bad_request);
}

void AddPreconditionFailure(const errors::Detail& detail, google::rpc::Status* out) {
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(detail.reason);
  if (!detail.metadata.empty()) {
    violation->set_subject(Cut(detail.metadata.back().second, kMaxMetadataValue));
  }
  violation->set_description(out->message());
  out->add_details()->PackFrom(failure);
}

void AddRetryInfo(const errors::Detail& detail, google::rpc::Status* out) {
  google::rpc::RetryInfo info;
  SetDuration(detail.retry_after.value_or(kDefaultRetryDelay), info.mutable_retry_delay());
  out->add_details()->PackFrom(info);
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status out;
  if (status.ok()) return out;
  const errors::Detail detail = errors::DetailOf(status);
  const bool foreign = detail.reason == kNotCatalogued && detail.metadata.empty();
  const bool cancelled = status.code() == absl::StatusCode::kCancelled;
  const absl::StatusCode code = foreign && !cancelled ? absl::StatusCode::kInternal : status.code();
  out.set_code(static_cast<int>(code));
  out.set_message(foreign && !cancelled ? "an internal error; the server's log has more"
                                        : Cut(FromAbsl(status.message()), kMaxMessage));
  AddErrorInfo(detail, &out);
  if (code == absl::StatusCode::kInvalidArgument && !detail.field.empty()) {
    AddBadRequest(detail, &out);
  }
  if (code == absl::StatusCode::kFailedPrecondition) AddPreconditionFailure(detail, &out);
  if (detail.retry_after.has_value() || code == absl::StatusCode::kResourceExhausted ||
      code == absl::StatusCode::kUnavailable) {
    AddRetryInfo(detail, &out);
  }
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = ToRpcStatus(status);
  return {static_cast<grpc::StatusCode>(rpc.code()), rpc.message(), rpc.SerializeAsString()};
}

}  // namespace server
