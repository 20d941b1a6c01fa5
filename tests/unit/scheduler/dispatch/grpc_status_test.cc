#include "scheduler/dispatch/grpc_status.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using grpc::StatusCode;

TEST(GrpcStatusTest, CodesHaveTheirClasses) {
  const std::pair<StatusCode, std::string_view> expected[] = {
      {StatusCode::DEADLINE_EXCEEDED, failure::kTimeout},
      {StatusCode::UNAVAILABLE, failure::kUnavailable},
      {StatusCode::INTERNAL, failure::kUnavailable},
      {StatusCode::UNKNOWN, failure::kUnavailable},
      {StatusCode::ABORTED, failure::kUnavailable},
      {StatusCode::DATA_LOSS, failure::kUnavailable},
      {StatusCode::RESOURCE_EXHAUSTED, failure::kRateLimited},
      {StatusCode::INVALID_ARGUMENT, failure::kValidation},
      {StatusCode::OUT_OF_RANGE, failure::kValidation},
      {StatusCode::FAILED_PRECONDITION, failure::kValidation},
      {StatusCode::UNIMPLEMENTED, failure::kValidation},
      {StatusCode::ALREADY_EXISTS, failure::kValidation},
      {StatusCode::NOT_FOUND, failure::kNotFound},
      {StatusCode::UNAUTHENTICATED, failure::kUnauthenticated},
      {StatusCode::PERMISSION_DENIED, failure::kForbidden},
      {StatusCode::CANCELLED, failure::kCancelled},
  };
  for (const auto& [code, name] : expected) {
    const auto error = GrpcError({code, "why"});
    EXPECT_EQ(error->code, name);
    EXPECT_EQ(error->status, static_cast<int>(code));
    EXPECT_EQ(error->message, absl::StrCat("gRPC status ", static_cast<int>(code), ": why"));
  }
}

TEST(GrpcStatusTest, WhatTheLibrarySaysItselfIsToldApart) {
  EXPECT_EQ(
      GrpcError({StatusCode::UNAVAILABLE, "failed to connect to all addresses; last error"})->code,
      failure::kConnection);
  EXPECT_EQ(GrpcError({StatusCode::UNAVAILABLE, "Socket closed"})->code, failure::kConnection);
  EXPECT_EQ(GrpcError({StatusCode::UNAVAILABLE, "the Socket closed"})->code, failure::kUnavailable);
  EXPECT_EQ(
      GrpcError({StatusCode::RESOURCE_EXHAUSTED, "Received message larger than max (9 vs. 4)"})
          ->code,
      failure::kValidation);
}

TEST(GrpcStatusTest, MessagesAreBoundedText) {
  const auto error =
      GrpcError({StatusCode::INTERNAL, absl::StrCat(std::string(5000, '\n'), "\xff")});
  EXPECT_LE(error->message.size(), static_cast<size_t>(base::limits::kMaxErrorMessageBytes));
  EXPECT_EQ(error->message.find('\n'), std::string::npos);
  EXPECT_EQ(GrpcError({StatusCode::INTERNAL, ""})->message, "gRPC status 13");
}

TEST(GrpcStatusTest, OtherErrors) {
  const auto invalid = GrpcInvalid(absl::InvalidArgumentError("bad"));
  EXPECT_EQ(invalid->code, failure::kValidation);
  EXPECT_EQ(invalid->message, "bad");
  EXPECT_EQ(invalid->status, 0);
  EXPECT_EQ(GrpcFailure(failure::kEgressDenied, "no")->code, failure::kEgressDenied);
}

}  // namespace
}  // namespace scheduler::dispatch
