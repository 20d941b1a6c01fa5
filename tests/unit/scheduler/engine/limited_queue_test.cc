// Runs of limit groups in the queue.

#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/engine/run_queue.h"
#include "tests/support/manual_clock.h"

namespace scheduler::engine {
namespace {

using core::EventLimits;
using core::kNoGroup;
using core::LaneId;
using core::LimitGroup;
using core::ReadyRun;
using Numbers = std::vector<int64_t>;

constexpr int64_t kMilli = 1'000'000;
constexpr LaneId kLane = 1;
constexpr LaneId kOther = 2;

class Listener final : public core::LaneListener {
 public:
  void OnReady(LaneId lane) override { lanes.push_back(lane); }
  std::vector<LaneId> Take() { return std::exchange(lanes, {}); }
  std::vector<LaneId> lanes;
};

class LimitedQueueTest : public testing::Test {
 protected:
  LimitedQueueTest() { queue_.SetListener(&listener_); }

  void Push(const Numbers& numbers, LimitGroup group, LaneId lane = kLane) {
    std::vector<ReadyRun> runs;
    for (const int64_t number : numbers) {
      ReadyRun run;
      run.key = {256, number};
      run.lane = lane;
      run.group = group;
      runs.push_back(run);
    }
    queue_.Push(runs);
    listener_.Take();
  }

  Numbers Pop(size_t max = 100, LaneId lane = kLane) {
    popped_.clear();
    const size_t count = queue_.Pop(lane, max, &popped_);
    EXPECT_EQ(count, popped_.size());
    Numbers numbers;
    for (const ReadyRun& run : popped_) numbers.push_back(run.key.number);
    return numbers;
  }

  // For one with `room` places left.
  Numbers PopShared(size_t room) {
    popped_.clear();
    int64_t next_time = 0;
    queue_.PopShared(kLane, 100, room, &popped_, &next_time);
    EXPECT_EQ(next_time, queue_.NextTime(kLane));
    Numbers numbers;
    for (const ReadyRun& run : popped_) numbers.push_back(run.key.number);
    return numbers;
  }

  void End(LimitGroup group, size_t count = 1, LaneId lane = kLane) {
    queue_.Ended(lane, std::vector<LimitGroup>(count, group));
  }
  void Limit(LimitGroup group, int32_t max_in_flight, double max_per_second = 0) {
    EventLimits limits;
    limits.max_in_flight = max_in_flight;
    limits.max_per_second = max_per_second;
    queue_.SetLimits(group, limits);
  }

  base::ManualClock clock_{0, 1000 * kMilli};
  Listener listener_;
  FifoRunQueue queue_{&clock_};
  std::vector<ReadyRun> popped_;
};

TEST_F(LimitedQueueTest, NoMoreInFlightThanMayBe) {
  Limit(7, 2);
  Push({1, 2, 3, 4}, 7);
  EXPECT_EQ(Pop(), (Numbers{1, 2}));
  EXPECT_EQ(Pop(), Numbers());
  EXPECT_EQ(queue_.NextTime(kLane), INT64_MAX);
  EXPECT_EQ(queue_.Size(kLane), 2U);
  EXPECT_EQ(queue_.TotalSize(), 2U);
  EXPECT_EQ(queue_.LimitedSize(), 2U);
  End(7);
  EXPECT_EQ(listener_.Take(), (std::vector<LaneId>{kLane}));
  EXPECT_EQ(Pop(), (Numbers{3}));
  End(7, 2);
  EXPECT_EQ(Pop(), (Numbers{4}));
  End(7);
  EXPECT_TRUE(Pop().empty());
  EXPECT_EQ(queue_.LimitedSize(), 0U);
}

TEST_F(LimitedQueueTest, StartsAreSpaced) {
  Limit(7, 0, 10);
  Push({1, 2, 3}, 7);
  EXPECT_EQ(Pop(), (Numbers{1}));
  const int64_t next = queue_.NextTime(kLane);
  EXPECT_GT(next, clock_.MonoNanos() + 98 * kMilli);
  EXPECT_LT(next, clock_.MonoNanos() + 102 * kMilli);
  EXPECT_TRUE(Pop().empty());
  // An end changes nothing, so nobody is woken.
  End(7);
  EXPECT_TRUE(listener_.Take().empty());
  clock_.SetMonoNanos(next - 1);
  EXPECT_TRUE(Pop().empty());
  clock_.SetMonoNanos(next);
  EXPECT_EQ(Pop(), (Numbers{2}));
  EXPECT_TRUE(Pop().empty());
}

TEST_F(LimitedQueueTest, OthersPassThoseThatWait) {
  Limit(7, 1);
  Push({1, 2, 3}, 7);
  Push({4}, kNoGroup);
  Push({5, 6}, 8);  // a group without limits
  Push({7}, kNoGroup);
  EXPECT_EQ(Pop(), (Numbers{1, 4, 5, 6, 7}));
  End(7);
  Push({8}, kNoGroup);
  EXPECT_EQ(Pop(), (Numbers{2, 8}));  // which came first
}

TEST_F(LimitedQueueTest, WhatMayStartKeepsItsPlace) {
  Limit(7, 10);
  Push({1, 2}, kNoGroup);
  Push({3}, 7);
  Push({4}, kNoGroup);
  Push({5}, 7);
  Push({6}, 9);
  Push({7, 8}, kNoGroup);
  EXPECT_EQ(Pop(1), (Numbers{1}));
  EXPECT_EQ(Pop(3), (Numbers{2, 3, 4}));
  EXPECT_EQ(Pop(), (Numbers{5, 6, 7, 8}));
}

TEST_F(LimitedQueueTest, AGroupWaitsInAllItsLanes) {
  Limit(7, 1);
  Push({1}, 7);
  Push({2}, 7, kOther);
  EXPECT_EQ(Pop(), (Numbers{1}));
  EXPECT_TRUE(Pop(9, kOther).empty());
  End(7);
  EXPECT_EQ(listener_.Take(), (std::vector<LaneId>{kOther}));
  EXPECT_EQ(Pop(9, kOther), (Numbers{2}));
}

TEST_F(LimitedQueueTest, NewLimitsHoldForWhatStartsFromThenOn) {
  Limit(7, 1);
  Push({1, 2, 3, 4, 5}, 7);
  EXPECT_EQ(Pop(), (Numbers{1}));
  Limit(7, 3);
  EXPECT_EQ(listener_.Take(), (std::vector<LaneId>{kLane}));
  EXPECT_EQ(Pop(), (Numbers{2, 3}));
  Limit(7, 1);
  End(7, 2);
  EXPECT_TRUE(Pop().empty());
  EXPECT_TRUE(listener_.Take().empty());
  End(7);
  EXPECT_EQ(Pop(), (Numbers{4}));
  listener_.Take();
  Limit(7, 0);
  EXPECT_EQ(listener_.Take(), (std::vector<LaneId>{kLane}));
  EXPECT_EQ(Pop(), (Numbers{5}));
}

TEST_F(LimitedQueueTest, AFasterRateWakesALaneThatWaitsForALaterTime) {
  Limit(7, 0, 0.1);
  Push({1, 2}, 7);
  EXPECT_EQ(Pop(), (Numbers{1}));
  EXPECT_GT(queue_.NextTime(kLane), clock_.MonoNanos() + 9000 * kMilli);
  Limit(7, 0, 10);
  EXPECT_EQ(listener_.Take(), (std::vector<LaneId>{kLane}));
  EXPECT_LT(queue_.NextTime(kLane), clock_.MonoNanos() + 102 * kMilli);
  Limit(7, 0, 1);
  EXPECT_TRUE(listener_.Take().empty());
}

TEST_F(LimitedQueueTest, WhatIsInFlightCountsWhileAGroupHasNoLimits) {
  Limit(7, 2);
  Push({1, 2, 3}, 7);
  EXPECT_EQ(Pop(), (Numbers{1, 2}));
  Limit(7, 0);
  EXPECT_EQ(Pop(), (Numbers{3}));
  Push({4}, 7);
  Limit(7, 3);
  EXPECT_TRUE(Pop().empty());
  End(7);
  EXPECT_EQ(Pop(), (Numbers{4}));
}

TEST_F(LimitedQueueTest, WhatIsNotClaimedUsesNeitherPlaceNorTime) {
  Limit(7, 1, 0.5);
  Push({1, 2, 3}, 7);
  for (const int64_t number : {1, 2}) {
    EXPECT_EQ(Pop(), (Numbers{number}));
    queue_.GiveBack(popped_);
    EXPECT_EQ(listener_.Take(), (std::vector<LaneId>{kLane}));
  }
  EXPECT_EQ(Pop(), (Numbers{3}));
  Push({4}, 7);
  End(7);
  EXPECT_TRUE(Pop().empty());
  clock_.Advance(2010);
  EXPECT_EQ(Pop(), (Numbers{4}));
}

TEST_F(LimitedQueueTest, TimesOfOnePopAreGivenBackTogether) {
  Limit(7, 0, 10'000);
  Push({1, 2, 3, 4, 5, 6, 7, 8}, 7);
  ASSERT_EQ(Pop(4), (Numbers{1, 2, 3, 4}));  // within the tolerance
  const std::vector<ReadyRun> three(popped_.begin() + 1, popped_.end());
  queue_.GiveBack(three);
  FifoRunQueue fresh(&clock_);
  fresh.SetLimits(7, {0, 10'000});
  fresh.Push({&popped_[0], 1});
  fresh.Push({&popped_[1], 1});
  std::vector<ReadyRun> first;
  ASSERT_EQ(fresh.Pop(kLane, 1, &first), 1U);
  // As if the three had never been.
  clock_.AdvanceNanos(150'000);
  const size_t fits = Pop().size();
  EXPECT_EQ(fits, 4U);
}

TEST_F(LimitedQueueTest, ATimeIsKeptWhereAnotherHasStartedSince) {
  Limit(7, 0, 1000);
  Push({1, 2, 3, 4, 5, 6}, 7);
  ASSERT_EQ(Pop(1), (Numbers{1}));
  const std::vector<ReadyRun> early = popped_;
  ASSERT_EQ(Pop(1), (Numbers{2}));
  const int64_t before = [this] {
    Pop();
    return queue_.NextTime(kLane);
  }();
  queue_.GiveBack(early);
  EXPECT_EQ(queue_.NextTime(kLane), before);
}

TEST_F(LimitedQueueTest, AProcessThatBeginsHoldsItsStartsBack) {
  Limit(7, 1, 10);
  Limit(8, 1);
  queue_.HoldBack();
  Push({1}, 7);
  Push({2}, 8);
  EXPECT_EQ(Pop(), (Numbers{2}));
  const int64_t next = queue_.NextTime(kLane);
  EXPECT_EQ(next, clock_.MonoNanos() + 1000 * kMilli + core::StartPace::kReserve);
  // One that gets its limits later has nothing to wait for.
  Limit(9, 0, 10);
  Push({3}, 9);
  EXPECT_EQ(Pop(), (Numbers{3}));
  clock_.SetMonoNanos(next);
  EXPECT_EQ(Pop(), (Numbers{1}));
}

// An event whose attempts hang has moved to another executor, which has all its places left.
TEST_F(LimitedQueueTest, WhatIsInFlightInAnotherLaneTakesNoShareOfThisOne) {
  Push({1, 2, 3}, 7, kOther);
  EXPECT_EQ(Pop(9, kOther), (Numbers{1, 2, 3}));
  Push({4, 5, 6}, 7);
  EXPECT_EQ(PopShared(3), (Numbers{4, 5}));
  EXPECT_TRUE(PopShared(1).empty());
  End(7, 3, kOther);
  EXPECT_TRUE(PopShared(1).empty());
  End(7);
  EXPECT_EQ(PopShared(2), (Numbers{6}));
  // For its limit all count.
  Push({7}, 7, kOther);
  EXPECT_EQ(Pop(1, kOther), (Numbers{7}));
  Limit(7, 3);
  Push({8}, 7);
  EXPECT_TRUE(PopShared(9).empty());
  End(7, 1, kOther);
  EXPECT_EQ(PopShared(9), (Numbers{8}));
}

TEST_F(LimitedQueueTest, OfWorkersNothingIsShared) {
  constexpr LaneId kWorkers = core::kFirstWorkerLane;
  Push({1, 2, 3, 4}, 7, kWorkers);
  EXPECT_EQ(Pop(3, kWorkers), (Numbers{1, 2, 3}));
  End(7, 2, core::kNoLane);
  std::vector<ReadyRun> popped;
  int64_t next_time = 0;
  EXPECT_EQ(queue_.PopShared(kWorkers, 9, 1, &popped, &next_time), 1U);
}

TEST_F(LimitedQueueTest, RunsOfGroupsWithLimitsAreCounted) {
  Push({1, 2, 3}, 7);
  Push({4, 5}, 8);
  EXPECT_EQ(queue_.LimitedSize(), 0U);
  Limit(7, 1);
  EXPECT_EQ(queue_.LimitedSize(), 3U);
  Limit(8, 0, 1);
  EXPECT_EQ(queue_.LimitedSize(), 5U);
  Limit(7, 0);
  EXPECT_EQ(queue_.LimitedSize(), 2U);
  EXPECT_EQ(Pop(), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(queue_.LimitedSize(), 1U);
}

TEST_F(LimitedQueueTest, ALongLineStaysInOrder) {
  Numbers numbers;
  for (int64_t n = 1; n <= 1000; ++n) numbers.push_back(n);
  Push(numbers, 7);
  Numbers popped;
  for (int round = 0; popped.size() < 1200; ++round) {
    for (const int64_t number : Pop(7)) popped.push_back(number);
    if (round == 50) {
      numbers.clear();
      for (int64_t n = 1001; n <= 1200; ++n) numbers.push_back(n);
      Push(numbers, 7);
    }
  }
  for (size_t i = 0; i < popped.size(); ++i) EXPECT_EQ(popped[i], static_cast<int64_t>(i + 1));
}

TEST_F(LimitedQueueTest, GroupsThatNobodyUsesAreForgotten) {
  LimitedRuns runs;
  LimitedRuns::Lanes woken;
  LimitedLane lane(kLane);
  LanePlace place;
  runs.SetLimits(7, {}, 0, &woken);
  EXPECT_EQ(runs.groups(), 0U);
  runs.SetLimits(7, {1, 0}, 0, &woken);
  ReadyRun run;
  run.lane = kLane;
  run.group = 7;
  runs.Add(&lane, run, 0, 0);
  ASSERT_TRUE(runs.First(&lane, 0, SIZE_MAX, &place).has_value());
  runs.Take(&lane, 0, place);
  runs.SetLimits(7, {}, 0, &woken);
  EXPECT_EQ(runs.groups(), 1U);  // one is in flight
  runs.Ended(7, kLane, 0, &woken);
  EXPECT_EQ(runs.groups(), 0U);
  // A run of a group that is not known starts, and is counted.
  runs.Add(&lane, run, 0, 0);
  ASSERT_TRUE(runs.First(&lane, 0, SIZE_MAX, &place).has_value());
  EXPECT_EQ(runs.Take(&lane, 0, place).group, 7U);
  EXPECT_EQ(runs.groups(), 1U);
  runs.Ended(7, kLane, 0, &woken);
  EXPECT_EQ(runs.groups(), 0U);
}

TEST_F(LimitedQueueTest, GroupsTakeTurnsInTheOrderOfTheirRuns) {
  Push({1}, 9);
  Push({2, 3}, 7);
  Push({4}, 9);
  Push({5}, 8);
  EXPECT_EQ(Pop(3), (Numbers{1, 2, 3}));
  EXPECT_EQ(Pop(), (Numbers{4, 5}));
}

// Of eight places.
TEST_F(LimitedQueueTest, AGroupTakesNoMorePlacesThanAreLeft) {
  Push({1, 2, 3, 4, 5, 6}, 7);
  EXPECT_EQ(PopShared(8), (Numbers{1, 2, 3, 4}));
  EXPECT_TRUE(PopShared(4).empty());
  Push({11, 12, 13}, 8);
  EXPECT_EQ(PopShared(4), (Numbers{11, 12}));
  Push({21, 22}, 9);
  EXPECT_EQ(PopShared(2), (Numbers{21}));
  // What the first group has is still more than is left.
  End(9);
  EXPECT_EQ(PopShared(2), (Numbers{22}));
  End(7, 2);
  EXPECT_EQ(PopShared(3), (Numbers{5}));
  EXPECT_EQ(queue_.TotalSize(), 2U);
  // A popper that shares nothing takes the rest.
  EXPECT_EQ(Pop(), (Numbers{6, 13}));
}

}  // namespace
}  // namespace scheduler::engine
