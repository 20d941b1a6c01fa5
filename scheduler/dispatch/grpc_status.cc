#include "scheduler/dispatch/grpc_status.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

// How gRPC 1.51 begins its own messages for a call without an answer. A status carries no other
// sign of who made it; a target that uses the same words is retried in the same way, since both
// classes are.
constexpr std::string_view kTransportMessages[] = {
    "failed to connect to all addresses",
    "connections to all backends failing",
    "Socket closed",
    "Connection reset by peer",
    "Broken pipe",
    "GOAWAY received",
    "Endpoint read failed",
    "Transport closed",
    "Stream removed",
    "channel is shutting down",
    "keepalive watchdog timeout",
    "empty address list",
    "Connecting to ",
    "connection attempt timed out before",
    "recvmsg:",
    "sendmsg:",
    "Too many pings",
};

constexpr std::string_view kTooLarge[] = {"Received message larger than max",
                                          "Sent message larger than max"};

template <size_t N>
bool BeginsWithOneOf(const std::string& text, const std::string_view (&prefixes)[N]) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view prefix) { return text.rfind(prefix, 0) == 0; });
}

std::string_view ClassOf(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE &&
      BeginsWithOneOf(status.error_message(), kTransportMessages)) {
    return core::failure::kConnection;
  }
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
      BeginsWithOneOf(status.error_message(), kTooLarge)) {
    return core::failure::kValidation;
  }
  return core::failure::ClassOfGrpcStatus(status.error_code());
}

std::shared_ptr<const core::RunError> MakeError(std::string_view code, std::string_view message,
                                                int status) {
  core::RunError error;
  error.code = code;
  error.message = ToMessage(message, base::limits::kMaxErrorMessageBytes);
  error.status = status;
  return std::make_shared<const core::RunError>(std::move(error));
}

}  // namespace

std::shared_ptr<const core::RunError> GrpcError(const grpc::Status& status) {
  std::string message = absl::StrCat("gRPC status ", static_cast<int>(status.error_code()));
  if (!status.error_message().empty()) absl::StrAppend(&message, ": ", status.error_message());
  return MakeError(ClassOf(status), message, status.error_code());
}

std::shared_ptr<const core::RunError> GrpcInvalid(const absl::Status& status) {
  return MakeError(core::failure::kValidation, std::string(status.message()), 0);
}

std::shared_ptr<const core::RunError> GrpcFailure(std::string_view code, std::string_view message) {
  return MakeError(code, message, 0);
}

}  // namespace scheduler::dispatch
