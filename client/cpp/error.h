#ifndef CLIENT_CPP_ERROR_H_
#define CLIENT_CPP_ERROR_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"

// What a failed call says. Every operation of this library answers an absl::Status whose code and
// message are the call's; the details that the server attached ride along and are read with
// ErrorOf. What each reason means stands in the protos, at the method that gives it.
namespace ductape::jobs {

// One field at fault.
struct FieldViolation {
  std::string field;        // its path from the request, for example "job.executions"
  std::string description;  // what is wrong and what would be right
};

struct Error {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string message;
  // A stable word in capitals, such as JOB_NOT_FOUND. Empty if the error did not come from the
  // service itself: the connection failed, or the client's deadline passed.
  std::string reason;
  std::string domain;
  // The dynamic values of the message by name, for example {"tag": "example_job"}.
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> fields;
  // How long the server asks to wait before a repetition. Unset: it does not say.
  std::optional<absl::Duration> retry_delay;
};

// The error that `status` carries; of OK, an Error with code kOk. Details that cannot be read are
// left out. Thread-safe.
Error ErrorOf(const absl::Status& status);

// The end of a call as an absl::Status, its details kept for ErrorOf.
absl::Status ToAbslStatus(const grpc::Status& status);

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_ERROR_H_
