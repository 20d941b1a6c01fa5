#include "server/status_mapping.h"

#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "server/converters/text.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;

template <typename Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(StatusMappingTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).error_details().empty());
}

TEST(StatusMappingTest, EveryErrorHasErrorInfo) {
  const auto status = ToRpcStatus(errors::JobNotFound("shop", "t"));
  EXPECT_EQ(status.code(), grpc::StatusCode::NOT_FOUND);
  const auto info = Find<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "JOB_NOT_FOUND");
  EXPECT_EQ(info->domain(), "jobs.ductape");
  EXPECT_EQ(info->metadata().at("product"), "shop");
  EXPECT_EQ(info->metadata().at("tag"), "t");
  EXPECT_FALSE(Find<google::rpc::BadRequest>(status).has_value());
  EXPECT_FALSE(Find<google::rpc::RetryInfo>(status).has_value());
}

TEST(StatusMappingTest, BadArgumentsNameTheirField) {
  const auto status = ToRpcStatus(errors::FieldOutOfRange("job.intervals", "0", "1 to 10"));
  const auto bad = Find<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad.has_value());
  ASSERT_EQ(bad->field_violations_size(), 1);
  EXPECT_EQ(bad->field_violations(0).field(), "job.intervals");
  EXPECT_EQ(bad->field_violations(0).description(), status.message());
}

TEST(StatusMappingTest, WhatCanBeTriedAgainSaysWhen) {
  const auto overloaded = ToRpcStatus(errors::Overloaded("mailbox", 250));
  EXPECT_EQ(overloaded.code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Find<google::rpc::RetryInfo>(overloaded)->retry_delay().nanos(), 250'000'000);
  for (const absl::Status& status :
       {errors::Draining(), errors::Recovering(), errors::DiskFull(1, 2)}) {
    EXPECT_TRUE(Find<google::rpc::RetryInfo>(ToRpcStatus(status)).has_value()) << status;
  }
}

TEST(StatusMappingTest, PreconditionsSayWhatFailed) {
  const auto status = ToRpcStatus(errors::EventNotFound("shop", "ACTION", "a"));
  const auto failure = Find<google::rpc::PreconditionFailure>(status);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->violations(0).type(), "EVENT_NOT_FOUND");
  EXPECT_EQ(failure->violations(0).subject(), "a");
}

TEST(StatusMappingTest, WhatIsNotCataloguedIsHidden) {
  const grpc::Status status = ToGrpcStatus(absl::NotFoundError("/secret/path"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message().find("secret"), std::string::npos);
  EXPECT_EQ(ToRpcStatus(absl::CancelledError("gone")).code(), grpc::StatusCode::CANCELLED);
}

TEST(StatusMappingTest, StaysWithinTheHeadersThatClientsTake) {
  const std::string huge(1 << 20, 'x');
  for (const absl::Status& status :
       {errors::FieldInvalid(huge, huge), errors::JobNotFound(huge, huge),
        errors::EtagMismatch(huge, huge), errors::EventInUse(huge, huge, huge, 5),
        errors::FieldUnknownInMask(huge), errors::PageTokenInvalid()}) {
    const grpc::Status mapped = ToGrpcStatus(status);
    // grpc-message is percent-encoded, details travel in base64.
    EXPECT_LT(mapped.error_message().size() + mapped.error_details().size() * 4 / 3, 7000u)
        << mapped.error_message().substr(0, 60);
  }
}

TEST(StatusMappingTest, TextsAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "\xE2\x82\xAC";
  const auto status = ToRpcStatus(errors::Internal(text));
  EXPECT_TRUE(CountCharacters(status.message()).has_value());
  EXPECT_LE(status.message().size(), 512u);
}

TEST(StatusMappingTest, DetailsAreAGoogleRpcStatus) {
  const grpc::Status mapped = ToGrpcStatus(errors::JobNotFound("shop", "t"));
  google::rpc::Status status;
  ASSERT_TRUE(status.ParseFromString(mapped.error_details()));
  EXPECT_EQ(status.code(), mapped.error_code());
  EXPECT_EQ(status.message(), mapped.error_message());
}

}  // namespace
}  // namespace server
