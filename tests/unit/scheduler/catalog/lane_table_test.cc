#include "scheduler/catalog/lane_table.h"

#include <string>

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

TEST(LaneTableTest, WhatOnlyWorkersHaveNamedGoesWithTheLastOfThem) {
  LaneTable lanes;
  core::HeldLane first = lanes.Hold("p", "a");
  core::HeldLane second = lanes.Hold("p", "a");
  EXPECT_EQ(*first, *second);
  first = nullptr;
  EXPECT_EQ(lanes.size(), 1);
  second = nullptr;
  EXPECT_EQ(lanes.size(), 0);
}

TEST(LaneTableTest, WorkersThatComeAndGoLeaveNothing) {
  LaneTable lanes;
  const core::LaneId of_event = lanes.LaneOf("p", "of an event");
  for (int i = 0; i < 1000; ++i) {
    const core::HeldLane lane = lanes.Hold("p", std::to_string(i));
    EXPECT_EQ(*lane, of_event + 1) << "the number is used again";
  }
  EXPECT_EQ(lanes.size(), 1);
}

TEST(LaneTableTest, ANumberIsOneLanesAtATime) {
  LaneTable lanes;
  core::HeldLane a = lanes.Hold("p", "a");
  const core::HeldLane b = lanes.Hold("p", "b");
  a = nullptr;
  EXPECT_NE(lanes.LaneOf("p", "c"), *b);
  EXPECT_NE(*lanes.Hold("p", "d"), *b);
  EXPECT_NE(*lanes.Hold("p", "d"), lanes.LaneOf("p", "c"));
}

TEST(LaneTableTest, AnEventKeepsTheLaneThatAWorkerNamedFirst) {
  LaneTable lanes;
  core::HeldLane held = lanes.Hold("p", "a");
  const core::LaneId id = *held;
  EXPECT_EQ(lanes.LaneOf("p", "a"), id);
  held = nullptr;
  EXPECT_EQ(lanes.size(), 1);
  EXPECT_EQ(*lanes.Hold("p", "a"), id);
  EXPECT_EQ(lanes.LaneOf("p", "a"), id);
}

TEST(LaneTableTest, DefaultQueues) {
  EXPECT_EQ(DefaultQueue({core::EventType::kAction, "a"}), "ACTION/a");
  EXPECT_EQ(DefaultQueue({core::EventType::kMessageBroker, "x"}), "MESSAGEBROKER/x");
}

}  // namespace
}  // namespace scheduler::catalog
