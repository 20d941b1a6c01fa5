#include "scheduler/engine/run_queue.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/support/manual_clock.h"

namespace scheduler::engine {
namespace {

using core::LaneId;
using core::ReadyRun;

class Listener final : public core::LaneListener {
 public:
  void OnReady(LaneId lane) override { lanes.push_back(lane); }
  std::vector<LaneId> lanes;
};

ReadyRun Ready(int64_t number, LaneId lane) {
  ReadyRun run;
  run.key = {256, number};
  run.lane = lane;
  return run;
}

std::vector<int64_t> Pop(FifoRunQueue* queue, LaneId lane, size_t max) {
  std::vector<ReadyRun> runs;
  const size_t popped = queue->Pop(lane, max, &runs);
  EXPECT_EQ(popped, runs.size());
  std::vector<int64_t> numbers;
  for (const ReadyRun& run : runs) {
    EXPECT_EQ(run.lane, lane);
    numbers.push_back(run.key.number);
  }
  return numbers;
}

TEST(FifoRunQueueTest, FirstInFirstOutInALane) {
  base::ManualClock clock;
  FifoRunQueue queue(&clock);
  Listener listener;
  queue.SetListener(&listener);
  const std::vector<ReadyRun> runs = {Ready(1, 1), Ready(2, 2), Ready(3, 1), Ready(4, 1)};
  queue.Push(runs);
  EXPECT_EQ(listener.lanes, (std::vector<LaneId>{1, 2}));
  EXPECT_EQ(queue.TotalSize(), 4U);
  EXPECT_EQ(queue.Size(1), 3U);
  EXPECT_EQ(queue.Size(2), 1U);
  EXPECT_EQ(queue.Size(3), 0U);
  EXPECT_EQ(Pop(&queue, 1, 2), (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(Pop(&queue, 1, 9), (std::vector<int64_t>{4}));
  EXPECT_EQ(Pop(&queue, 1, 9), (std::vector<int64_t>{}));
  EXPECT_EQ(Pop(&queue, 3, 9), (std::vector<int64_t>{}));
  EXPECT_EQ(queue.TotalSize(), 1U);
}

TEST(FifoRunQueueTest, NothingPushedTellsNoOne) {
  base::ManualClock clock;
  FifoRunQueue queue(&clock);
  Listener listener;
  queue.SetListener(&listener);
  queue.Push({});
  EXPECT_TRUE(listener.lanes.empty());
}

TEST(FifoRunQueueTest, WorksWithoutAListener) {
  base::ManualClock clock;
  FifoRunQueue queue(&clock);
  const ReadyRun run = Ready(1, 5);
  queue.Push({&run, 1});
  EXPECT_EQ(Pop(&queue, 5, 1), (std::vector<int64_t>{1}));
}

}  // namespace
}  // namespace scheduler::engine
