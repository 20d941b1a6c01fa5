#include "client/cpp/error.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_jobs_server.h"

namespace ductape::jobs {
namespace {

using client_test::ServiceError;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(ErrorTest, OkIsNoError) {
  EXPECT_TRUE(ToAbslStatus(grpc::Status::OK).ok());
  const Error error = ErrorOf(absl::OkStatus());
  EXPECT_EQ(error.code, absl::StatusCode::kOk);
  EXPECT_EQ(error.reason, "");
}

TEST(ErrorTest, ReadsReasonFieldsAndDelay) {
  const absl::Status status =
      ToAbslStatus(ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_REQUIRED",
                                "say how often", "job.executions", 1500));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "say how often");
  const Error error = ErrorOf(status);
  EXPECT_EQ(error.reason, "FIELD_REQUIRED");
  EXPECT_EQ(error.domain, "jobs.ductape");
  EXPECT_THAT(error.metadata, ElementsAre(Pair("said", "say how often")));
  ASSERT_EQ(error.fields.size(), 1U);
  EXPECT_EQ(error.fields[0].field, "job.executions");
  EXPECT_EQ(error.fields[0].description, "say how often");
  EXPECT_EQ(error.retry_delay, absl::Milliseconds(1500));
}

TEST(ErrorTest, AnErrorOfTheConnectionHasNoReason) {
  const Error error =
      ErrorOf(ToAbslStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection refused")));
  EXPECT_EQ(error.code, absl::StatusCode::kUnavailable);
  EXPECT_EQ(error.message, "connection refused");
  EXPECT_EQ(error.reason, "");
  EXPECT_THAT(error.fields, IsEmpty());
  EXPECT_FALSE(error.retry_delay.has_value());
}

TEST(ErrorTest, DetailsThatCannotBeReadAreLeftOut) {
  const Error error = ErrorOf(ToAbslStatus(
      grpc::Status(grpc::StatusCode::NOT_FOUND, "no such job", "\xff\xff no details")));
  EXPECT_EQ(error.code, absl::StatusCode::kNotFound);
  EXPECT_EQ(error.message, "no such job");
  EXPECT_EQ(error.reason, "");
}

}  // namespace
}  // namespace ductape::jobs
