#include "scheduler/catalog/lane_table.h"

#include "gtest/gtest.h"

namespace scheduler::catalog {
namespace {

TEST(LaneTableTest, OneLaneForEachQueueOfAProduct) {
  LaneTable lanes;
  const core::LaneId a = lanes.LaneOf("p", "a");
  EXPECT_EQ(a, core::kFirstWorkerLane);
  const core::LaneId b = lanes.LaneOf("p", "b");
  const core::LaneId other = lanes.LaneOf("q", "a");
  EXPECT_NE(a, b);
  EXPECT_NE(a, other);
  EXPECT_NE(b, other);
  EXPECT_EQ(lanes.LaneOf("p", "a"), a);
  EXPECT_EQ(lanes.LaneOf("q", "a"), other);
}

TEST(LaneTableTest, NoPrefixReachesIntoAnotherProduct) {
  LaneTable lanes;
  EXPECT_NE(lanes.LaneOf("p", "q/a"), lanes.LaneOf("p/q", "a"));
}

TEST(LaneTableTest, DefaultQueues) {
  EXPECT_EQ(DefaultQueue({core::EventType::kAction, "a"}), "ACTION/a");
  EXPECT_EQ(DefaultQueue({core::EventType::kMessageBroker, "x"}), "MESSAGEBROKER/x");
}

}  // namespace
}  // namespace scheduler::catalog
