#include "client/jobctl/print/error_text.h"

#include <map>
#include <string>

#include "client/cpp/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_jobs_server.h"

namespace jobctl {
namespace {

using client_test::ServiceError;
using ductape::jobs::ToAbslStatus;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorTextTest, NamesFieldReasonAndFlag) {
  const absl::Status status = ToAbslStatus(
      ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_REQUIRED",
                   "job.intervals is required: milliseconds between runs", "job.intervals"));
  EXPECT_EQ(ErrorMessage("create job x", status, "here:1"),
            "jobctl: cannot create job x: INVALID_ARGUMENT (FIELD_REQUIRED)\n"
            "  job.intervals is required: milliseconds between runs\n"
            "  flag: --every\n");
}

TEST(ErrorTextTest, NamesTheFlagsOfWhatDecidesTimes) {
  const std::map<std::string, std::string> flags = {{"job.dst_policy", "--dst-gap, --dst-fold"},
                                                    {"job.dst_policy.gap", "--dst-gap"},
                                                    {"from_time", "--from"},
                                                    {"to_time", "--to"}};
  for (const auto& [field, flag] : flags) {
    const absl::Status status = ToAbslStatus(
        ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "not so", field));
    EXPECT_THAT(ErrorMessage("preview the schedule", status, "here:1"),
                HasSubstr("  flag: " + flag + "\n"));
  }
}

TEST(ErrorTextTest, SaysTheFieldWhereTheMessageDoesNot) {
  const absl::Status status = ToAbslStatus(ServiceError(
      grpc::StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "no such thing", "job.env"));
  EXPECT_THAT(ErrorMessage("create job x", status, "here:1"),
              HasSubstr("\n  job.env: no such thing\n"));
}

TEST(ErrorTextTest, SaysWhatToDoAboutAReason) {
  const absl::Status status =
      ToAbslStatus(ServiceError(grpc::StatusCode::ABORTED, "ETAG_MISMATCH", "the etag is another"));
  EXPECT_EQ(ErrorMessage("update job x", status, "here:1"),
            "jobctl: cannot update job x: ABORTED (ETAG_MISMATCH)\n"
            "  the etag is another\n"
            "  hint: someone changed it meanwhile: get it again\n");
}

TEST(ErrorTextTest, SaysWhenToTryAgain) {
  const absl::Status status = ToAbslStatus(ServiceError(
      grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", "busy", "", /*retry_delay_ms=*/1500));
  EXPECT_THAT(ErrorMessage("run job x", status, "here:1"), HasSubstr("try again in 1s500ms"));
}

TEST(ErrorTextTest, NamesTheServerThatIsNotThere) {
  const absl::Status status =
      ToAbslStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection refused"));
  EXPECT_EQ(ErrorMessage("list jobs", status, "here:1"),
            "jobctl: cannot list jobs: UNAVAILABLE\n"
            "  connection refused\n"
            "  hint: is ductape-jobsd running at here:1? Set --address or DUCTAPE_JOBS_ADDRESS; "
            "--tls if it speaks TLS\n");
}

TEST(ErrorTextTest, TextsOfTheServerDoNotReachTheTerminal) {
  const absl::Status status = ToAbslStatus(
      ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "\x1B[2J", "\x1B[1m"));
  EXPECT_THAT(ErrorMessage("create job x", status, "here:1"), Not(HasSubstr("\x1B")));
}

}  // namespace
}  // namespace jobctl
