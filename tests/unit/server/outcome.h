#ifndef TESTS_UNIT_SERVER_OUTCOME_H_
#define TESTS_UNIT_SERVER_OUTCOME_H_

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "server/call_stats.h"

namespace server {

// "CODE REASON field" of a failed call; "OK".
inline std::string Outcome(const grpc::Status& status) {
  if (status.ok()) return "OK";
  std::string text = StatusCodeName(status.error_code());
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&info)) text += " " + info.reason();
  }
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&bad)) text += " " + bad.field_violations(0).field();
  }
  return text;
}

}  // namespace server

#endif  // TESTS_UNIT_SERVER_OUTCOME_H_
