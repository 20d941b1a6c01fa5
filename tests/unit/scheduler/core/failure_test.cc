#include "scheduler/core/failure.h"

#include <map>
#include <string_view>

#include "gtest/gtest.h"

namespace scheduler::core::failure {
namespace {

TEST(FailureTest, FourClassesAreRetried) {
  for (const std::string_view code : {kTimeout, kConnection, kUnavailable, kRateLimited}) {
    EXPECT_TRUE(IsRetryableClass(code)) << code;
  }
  for (const std::string_view code :
       {kValidation, kNotFound, kUnauthenticated, kForbidden, kCancelled, kEgressDenied,
        kEventNotFound, kWorkerLost, std::string_view("OUT_OF_PAPER"), std::string_view("")}) {
    EXPECT_FALSE(IsRetryableClass(code)) << code;
  }
}

TEST(FailureTest, HttpStatuses) {
  const std::map<int, std::string_view> named = {
      {401, kUnauthenticated}, {403, kForbidden}, {404, kNotFound},
      {408, kUnavailable},     {410, kNotFound},  {429, kRateLimited},
  };
  for (int status = -1; status < 1200; ++status) {
    const auto it = named.find(status);
    std::string_view expected = kValidation;
    if (it != named.end()) {
      expected = it->second;
    } else if (status >= 500 && status <= 599) {
      expected = kUnavailable;
    }
    EXPECT_EQ(ClassOfHttpStatus(status), expected) << status;
  }
}

TEST(FailureTest, GrpcStatuses) {
  const std::map<int, std::string_view> table = {
      {1, kCancelled},    {2, kUnavailable},  {3, kValidation},   {4, kTimeout},
      {5, kNotFound},     {6, kValidation},   {7, kForbidden},    {8, kRateLimited},
      {9, kValidation},   {10, kUnavailable}, {11, kValidation},  {12, kValidation},
      {13, kUnavailable}, {14, kUnavailable}, {15, kUnavailable}, {16, kUnauthenticated},
      {17, kUnavailable}, {-1, kUnavailable},
  };
  for (const auto& [code, expected] : table) EXPECT_EQ(ClassOfGrpcStatus(code), expected) << code;
}

RunError ErrorOf(std::string_view code, std::optional<bool> retryable = std::nullopt) {
  RunError error;
  error.code = code;
  error.retryable = retryable;
  return error;
}

TEST(FailureTest, ThePoliciesListsWinThenTheErrorThenItsClass) {
  const RetryPolicy plain;
  EXPECT_TRUE(IsRetryable(ErrorOf(kTimeout), plain));
  EXPECT_FALSE(IsRetryable(ErrorOf("OWN"), plain));
  EXPECT_TRUE(IsRetryable(ErrorOf("OWN", true), plain));
  EXPECT_FALSE(IsRetryable(ErrorOf(kTimeout, false), plain));

  RetryPolicy lists;
  lists.retryable_codes = {"OWN", "BOTH"};
  lists.non_retryable_codes = {"TIMEOUT", "BOTH"};
  EXPECT_TRUE(IsRetryable(ErrorOf("OWN"), lists));
  EXPECT_TRUE(IsRetryable(ErrorOf("OWN", false), lists));
  EXPECT_FALSE(IsRetryable(ErrorOf(kTimeout, true), lists));
  EXPECT_FALSE(IsRetryable(ErrorOf("BOTH", true), lists));
  EXPECT_TRUE(IsRetryable(ErrorOf(kUnavailable), lists));
}

}  // namespace
}  // namespace scheduler::core::failure
