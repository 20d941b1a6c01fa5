#ifndef TESTS_UNIT_SERVER_EXPECT_ERROR_H_
#define TESTS_UNIT_SERVER_EXPECT_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace server {

inline absl::Status StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// "REASON field" of an INVALID_ARGUMENT, "OK", or the whole status if it is something else.
template <typename T>
std::string Fault(const T& result) {
  const absl::Status status = StatusOf(result);
  if (status.ok()) return "OK";
  if (status.code() != absl::StatusCode::kInvalidArgument) return status.ToString();
  const auto detail = scheduler::base::errors::DetailOf(status);
  return detail.reason + " " + detail.field;
}

}  // namespace server

#endif  // TESTS_UNIT_SERVER_EXPECT_ERROR_H_
