#include "client/cpp/idempotency.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace ductape::jobs {
namespace {

TEST(IdempotencyTest, ReadsAndProtectedChangesAreSafe) {
  EXPECT_EQ(IdempotencyOf<v1::GetJobRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::ListRunsRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::CreateJobRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::RunJobRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::DeleteEventRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::GetCalendarRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::ListCalendarsRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::UpdateCalendarRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::GetConnectionRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::TestConnectionRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::ListConnectionsRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::UpdateConnectionRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::BatchCreateJobsRequest>(), Idempotency::kSafe);
  EXPECT_EQ(IdempotencyOf<v1::CompleteRunsRequest>(), Idempotency::kSafe);
}

TEST(IdempotencyTest, WhatIsNotKnownToBeSafeIsNot) {
  EXPECT_EQ(IdempotencyOf<v1::LeaseRunsRequest>(), Idempotency::kUnsafe);
  EXPECT_EQ(IdempotencyOf<v1::WorkRequest>(), Idempotency::kUnsafe);
}

TEST(IdempotencyTest, FillsInAnIdWhereThereIsNone) {
  v1::CreateJobRequest request;
  FillRequestId(request);
  EXPECT_EQ(request.request_id().size(), 32U);
  request.set_request_id("mine");
  FillRequestId(request);
  EXPECT_EQ(request.request_id(), "mine");
  v1::GetJobRequest read;
  FillRequestId(read);
  EXPECT_EQ(read.ByteSizeLong(), 0U);
}

TEST(IdempotencyTest, FillsInAnIdForEachItemOfABatch) {
  v1::BatchCreateJobsRequest batch;
  batch.add_requests();
  batch.add_requests()->set_request_id("mine");
  batch.add_requests();
  FillRequestId(batch);
  EXPECT_EQ(batch.requests(0).request_id().size(), 32U);
  EXPECT_EQ(batch.requests(1).request_id(), "mine");
  EXPECT_NE(batch.requests(0).request_id(), batch.requests(2).request_id());
}

TEST(IdempotencyTest, IdsDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(NewRequestId());
  EXPECT_EQ(ids.size(), 1000U);
}

}  // namespace
}  // namespace ductape::jobs
