#include "client/cpp/error.h"

#include "absl/strings/cord.h"
#include "absl/types/optional.h"
#include "google/protobuf/duration.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace ductape::jobs {
namespace {

// The payload's key: what gRPC carries in `grpc-status-details-bin`.
constexpr char kDetailsUrl[] = "type.googleapis.com/google.rpc.Status";

void Read(const google::rpc::ErrorInfo& info, Error* error) {
  error->reason = info.reason();
  error->domain = info.domain();
  error->metadata.insert(info.metadata().begin(), info.metadata().end());
}

void Read(const google::rpc::BadRequest& bad_request, Error* error) {
  for (const auto& violation : bad_request.field_violations()) {
    error->fields.push_back({violation.field(), violation.description()});
  }
}

void Read(const google::rpc::RetryInfo& info, Error* error) {
  error->retry_delay =
      absl::Seconds(info.retry_delay().seconds()) + absl::Nanoseconds(info.retry_delay().nanos());
}

template <class Detail>
void ReadIf(const google::protobuf::Any& any, Error* error) {
  Detail detail;
  if (any.Is<Detail>() && any.UnpackTo(&detail)) Read(detail, error);
}

}  // namespace

Error ErrorOf(const absl::Status& status) {
  Error error;
  error.code = status.code();
  error.message = std::string(status.message());
  const absl::optional<absl::Cord> payload = status.GetPayload(kDetailsUrl);
  google::rpc::Status details;
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) return error;
  for (const google::protobuf::Any& any : details.details()) {
    ReadIf<google::rpc::ErrorInfo>(any, &error);
    ReadIf<google::rpc::BadRequest>(any, &error);
    ReadIf<google::rpc::RetryInfo>(any, &error);
  }
  return error;
}

absl::Status ToAbslStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status out(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  if (!status.error_details().empty()) {
    out.SetPayload(kDetailsUrl, absl::Cord(status.error_details()));
  }
  return out;
}

}  // namespace ductape::jobs
