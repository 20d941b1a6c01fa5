#include "scheduler/dispatch/worker_acks.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<core::Refusal> Refused(int count, int64_t first_number = 1) {
  std::vector<core::Refusal> refused;
  for (int i = 0; i < count; ++i) refused.push_back({{{256, first_number + i}, 1}, "UNKNOWN_RUN"});
  return refused;
}

TEST(WorkerAcksTest, OwesNothingAtFirst) {
  WorkerAcks acks;
  WorkerAck ack;
  EXPECT_TRUE(acks.idle());
  EXPECT_FALSE(acks.Take(&ack));
}

TEST(WorkerAcksTest, AcknowledgesWhatIsCommitted) {
  WorkerAcks acks;
  WorkerAck ack;
  ASSERT_TRUE(acks.Open(1, 10));
  EXPECT_FALSE(acks.Take(&ack)) << "not committed yet";
  EXPECT_EQ(acks.open_results(), 10);
  acks.Close(1, {});
  EXPECT_EQ(acks.open_results(), 0);
  EXPECT_EQ(acks.owed_results(), 10);
  ASSERT_TRUE(acks.Take(&ack));
  EXPECT_EQ(ack.acked_through, 1);
  EXPECT_THAT(ack.refused, IsEmpty());
  EXPECT_TRUE(acks.idle());
  EXPECT_EQ(acks.owed_results(), 0);
  EXPECT_FALSE(acks.Take(&ack)) << "only once";
}

TEST(WorkerAcksTest, SequencesRiseAndMaySkip) {
  WorkerAcks acks;
  EXPECT_FALSE(acks.Open(0, 1));
  EXPECT_TRUE(acks.Open(5, 1));
  EXPECT_FALSE(acks.Open(5, 1));
  EXPECT_FALSE(acks.Open(4, 1));
  EXPECT_TRUE(acks.Open(9, 1));
  acks.Close(9, {});
  WorkerAck ack;
  EXPECT_FALSE(acks.Take(&ack)) << "5 is not committed";
  acks.Close(5, {});
  ASSERT_TRUE(acks.Take(&ack));
  EXPECT_EQ(ack.acked_through, 9);
}

TEST(WorkerAcksTest, CommitsOutOfOrderAreHeldBack) {
  WorkerAcks acks;
  for (uint64_t sequence = 1; sequence <= 4; ++sequence) ASSERT_TRUE(acks.Open(sequence, 1));
  WorkerAck ack;
  acks.Close(3, Refused(1, 30));
  EXPECT_FALSE(acks.Take(&ack));
  acks.Close(1, Refused(1, 10));
  ASSERT_TRUE(acks.Take(&ack));
  EXPECT_EQ(ack.acked_through, 1);
  EXPECT_THAT(ack.refused, SizeIs(1));
  acks.Close(2, {});
  ASSERT_TRUE(acks.Take(&ack));
  EXPECT_EQ(ack.acked_through, 3);
  ASSERT_THAT(ack.refused, SizeIs(1));
  EXPECT_EQ(ack.refused[0].run.key.number, 30);
}

// A batch is acknowledged only when all of its refused results have been named.
TEST(WorkerAcksTest, ManyRefusedResultsAreCut) {
  constexpr int kRefused = static_cast<int>(WorkerAcks::kMaxRefusedPerAck) * 2 + 10;
  WorkerAcks acks;
  ASSERT_TRUE(acks.Open(1, 1));
  ASSERT_TRUE(acks.Open(2, kRefused));
  acks.Close(1, Refused(10));
  acks.Close(2, Refused(kRefused, 100));
  size_t named = 0;
  uint64_t acked = 0;
  int takes = 0;
  for (WorkerAck ack; acks.Take(&ack); ++takes) {
    EXPECT_LE(ack.refused.size(), WorkerAcks::kMaxRefusedPerAck);
    named += ack.refused.size();
    if (named < kRefused + 10) {
      EXPECT_LE(ack.acked_through, 1);
    }
    acked = ack.acked_through;
  }
  EXPECT_EQ(takes, 3);
  EXPECT_EQ(named, static_cast<size_t>(kRefused + 10));
  EXPECT_EQ(acked, 2);
  EXPECT_TRUE(acks.idle());
}

TEST(WorkerAcksTest, AnEmptyBatchCountsForOne) {
  WorkerAcks acks;
  ASSERT_TRUE(acks.Open(1, 0));
  EXPECT_EQ(acks.owed_results(), 1);
  acks.Close(1, {});
  WorkerAck ack;
  ASSERT_TRUE(acks.Take(&ack));
  EXPECT_EQ(acks.owed_results(), 0);
}

}  // namespace
}  // namespace scheduler::dispatch
