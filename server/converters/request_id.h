#ifndef SERVER_CONVERTERS_REQUEST_ID_H_
#define SERVER_CONVERTERS_REQUEST_ID_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/engine/commands.h"
#include "server/converters/text.h"

namespace server {

// A hash of a request that is the same in every process and version for equal messages of one type,
// whatever the order in which a client writes the entries of maps.
uint64_t HashOfRequest(const google::protobuf::Message& request);

// The caller's idempotency key. The hash that tells a replay from a reuse is over `request` without
// its request_id. FIELD_TOO_LARGE, FIELD_INVALID.
template <typename Request>
absl::StatusOr<scheduler::engine::RequestId> ToRequestId(const Request& request,
                                                         std::string_view prefix = "") {
  if (request.request_id().empty()) return scheduler::engine::RequestId{};
  const std::string field = std::string(prefix) + "request_id";
  absl::Status status =
      CheckText(field, request.request_id(), scheduler::base::limits::kMaxRequestIdLength);
  if (!status.ok()) return status;
  Request body(request);
  body.clear_request_id();
  return scheduler::engine::RequestId{request.request_id(), HashOfRequest(body)};
}

}  // namespace server

#endif  // SERVER_CONVERTERS_REQUEST_ID_H_
