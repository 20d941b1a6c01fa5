#include <string>
#include <vector>

#include "ductape/jobs/store/v1/checkpoint.pb.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/history_codec.h"
#include "tests/support/store/samples.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

std::string Write(const std::vector<core::JobSnapshot>& jobs) {
  CheckpointWriter writer(77, 1'764'000'000'000);
  for (const core::JobSnapshot& job : jobs) writer.Add(job);
  return std::move(writer).Finish();
}

std::vector<core::JobSnapshot> RandomJobs(uint64_t seed, size_t count) {
  tests::Random random(seed);
  std::vector<core::JobSnapshot> jobs;
  for (size_t i = 0; i < count; ++i) jobs.push_back(tests::RandomSnapshot(&random));
  return jobs;
}

TEST(CheckpointTest, JobsRoundTripInOrder) {
  const std::vector<core::JobSnapshot> jobs = RandomJobs(1, 300);
  size_t next = 0;
  const absl::StatusOr<CheckpointHeader> header =
      ReadCheckpoint(Write(jobs), [&](core::JobSnapshot job) {
        EXPECT_EQ(tests::ToText(job), tests::ToText(jobs.at(next)));
        ++next;
        return absl::OkStatus();
      });
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(next, jobs.size());
  EXPECT_EQ(header->max_sequence, 77u);
  EXPECT_EQ(header->time_floor, 1'764'000'000'000);
}

TEST(CheckpointTest, AnEmptyShardHasAHeader) {
  const absl::StatusOr<CheckpointHeader> header =
      ReadCheckpoint(Write({}), [](core::JobSnapshot) { return absl::InternalError("no job"); });
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->max_sequence, 77u);
}

TEST(CheckpointTest, ItIsAMessageOfTheFormat) {
  pb::ShardCheckpoint message;
  ASSERT_TRUE(message.ParseFromString(Write(RandomJobs(2, 5))));
  EXPECT_EQ(message.job_size(), 5);
  EXPECT_EQ(message.job_count(), 5u);
  EXPECT_EQ(message.version(), 5u);
}

TEST(CheckpointTest, AmendmentsNeedTheFirstFormatThatKnowsThem) {
  core::JobSnapshot job;
  job.definition.uid = 257;
  job.definition.spec.timing.interval = 1000;
  pb::ShardCheckpoint plain;
  ASSERT_TRUE(plain.ParseFromString(Write({job})));
  EXPECT_EQ(plain.min_reader(), 0u);
  job.amendments.skipped = {5};
  pb::ShardCheckpoint amended;
  ASSERT_TRUE(amended.ParseFromString(Write({job})));
  EXPECT_EQ(amended.min_reader(), 3u);
}

TEST(CheckpointTest, TheVisitorsErrorEndsTheReading) {
  int visits = 0;
  const absl::Status status = ReadCheckpoint(Write(RandomJobs(3, 5)), [&](core::JobSnapshot) {
                                ++visits;
                                return absl::CancelledError("enough");
                              }).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(visits, 1);
}

TEST(CheckpointTest, ACheckpointThatNeedsANewerReaderIsRefused) {
  pb::ShardCheckpoint message;
  message.set_min_reader(6);
  message.add_job();
  EXPECT_EQ(
      base::errors::ReasonOf(ReadCheckpoint(message.SerializeAsString(),
                                            [](core::JobSnapshot) { return absl::OkStatus(); })
                                 .status()),
      "STORE_TOO_NEW");
}

TEST(CheckpointTest, FieldsOfALaterFormatAreSkipped) {
  pb::ShardCheckpoint message;
  ASSERT_TRUE(message.ParseFromString(Write(RandomJobs(4, 2))));
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(90, 1);
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(91)->assign("x");
  pb::JobSnapshot* job = message.mutable_job(0);
  job->GetReflection()->MutableUnknownFields(job)->AddFixed64(92, 1);
  int visits = 0;
  const absl::StatusOr<CheckpointHeader> header =
      ReadCheckpoint(message.SerializeAsString(), [&](core::JobSnapshot) {
        ++visits;
        return absl::OkStatus();
      });
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(visits, 2);
}

TEST(CheckpointTest, AMissingJobIsNoticed) {
  pb::ShardCheckpoint message;
  ASSERT_TRUE(message.ParseFromString(Write(RandomJobs(5, 3))));
  message.mutable_job()->RemoveLast();
  EXPECT_EQ(ReadCheckpoint(message.SerializeAsString(),
                           [](core::JobSnapshot) { return absl::OkStatus(); })
                .status()
                .code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace scheduler::store
