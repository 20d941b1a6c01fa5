#include "scheduler/dispatch/worker_lanes.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FakeTaker final : public LaneTaker {
 public:
  explicit FakeTaker(uint32_t load) : load_(load) {}
  uint32_t load() const override { return load_; }
  void Offer(uint32_t /*sharers*/) override {}

 private:
  const uint32_t load_;
};

TEST(WorkerLanesTest, ALaneIsReadyUntilSomebodyHasLooked) {
  WorkerLanes lanes;
  auto taker = std::make_shared<FakeTaker>(0);
  EXPECT_FALSE(lanes.MarkReady(16)) << "nobody serves it";
  const std::shared_ptr<WorkerLane> lane = lanes.Join(16, taker);
  EXPECT_TRUE(lane->ready.load());
  EXPECT_FALSE(lanes.MarkReady(16)) << "it was known to be ready";
  lane->ready = false;
  EXPECT_TRUE(lanes.MarkReady(16));
  EXPECT_TRUE(lane->ready.load());
}

TEST(WorkerLanesTest, OffersToTheEmptiestFirstAndNotToTheFull) {
  WorkerLanes lanes;
  auto half = std::make_shared<FakeTaker>(512);
  auto full = std::make_shared<FakeTaker>(LaneTaker::kFullLoad);
  auto empty = std::make_shared<FakeTaker>(0);
  for (const auto& taker : {half, full, empty}) lanes.Join(16, taker);
  std::vector<std::shared_ptr<LaneTaker>> takers;
  const std::shared_ptr<WorkerLane> lane = lanes.Candidates(16, &takers);
  ASSERT_NE(lane, nullptr);
  EXPECT_EQ(lane->takers.load(), 3);
  EXPECT_THAT(takers, ElementsAre(empty, half));
}

TEST(WorkerLanesTest, TakersOfEqualLoadTakeTurns) {
  WorkerLanes lanes;
  auto first = std::make_shared<FakeTaker>(0);
  auto second = std::make_shared<FakeTaker>(0);
  lanes.Join(16, first);
  lanes.Join(16, second);
  std::vector<std::shared_ptr<LaneTaker>> takers;
  lanes.Candidates(16, &takers);
  EXPECT_THAT(takers, ElementsAre(first, second));
  lanes.Candidates(16, &takers);
  EXPECT_THAT(takers, ElementsAre(second, first));
}

TEST(WorkerLanesTest, AmongManyTakersEachIsOfferedInItsTurn) {
  constexpr size_t kTakers = 100;
  WorkerLanes lanes;
  std::vector<std::shared_ptr<FakeTaker>> all;
  for (size_t i = 0; i < kTakers; ++i) {
    all.push_back(std::make_shared<FakeTaker>(0));
    lanes.Join(16, all.back());
  }
  std::vector<int> offers(kTakers, 0);
  std::vector<std::shared_ptr<LaneTaker>> takers;
  for (size_t round = 0; round < kTakers; ++round) {
    lanes.Candidates(16, &takers);
    ASSERT_EQ(takers.size(), WorkerLanes::kMaxOffers);
    for (size_t i = 0; i < kTakers; ++i) {
      if (takers.front() == all[i]) ++offers[i];
    }
  }
  EXPECT_THAT(offers, ::testing::Each(1));
}

TEST(WorkerLanesTest, ALaneThatNobodyServesIsForgotten) {
  WorkerLanes lanes;
  auto first = std::make_shared<FakeTaker>(0);
  auto second = std::make_shared<FakeTaker>(0);
  lanes.Join(16, first);
  const std::shared_ptr<WorkerLane> lane = lanes.Join(16, second);
  lanes.Leave(16, first.get());
  lanes.Leave(16, first.get());  // again: nothing
  lanes.Leave(17, second.get());
  EXPECT_EQ(lane->takers.load(), 1);
  lane->ready = false;
  lanes.Leave(16, second.get());
  std::vector<std::shared_ptr<LaneTaker>> takers;
  EXPECT_EQ(lanes.Candidates(16, &takers), nullptr);
  EXPECT_THAT(takers, IsEmpty());
  EXPECT_TRUE(lanes.Join(16, first)->ready.load()) << "pushes meanwhile were not heard";
}

}  // namespace
}  // namespace scheduler::dispatch
