#include "scheduler/dispatch/dispatcher.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "tests/unit/scheduler/dispatch/fakes.h"

namespace scheduler::dispatch {
namespace {

class RecordingWorkers final : public core::LaneListener, public core::CancelSink {
 public:
  void OnReady(core::LaneId lane) override { lanes.push_back(lane); }
  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override {
    cancels.insert(cancels.end(), runs.begin(), runs.end());
    reasons.push_back(reason);
  }
  std::vector<core::LaneId> lanes;
  std::vector<core::RunRef> cancels;
  std::vector<std::string> reasons;
};

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    auto http = std::make_unique<FakeExecutor>(2);
    auto grpc = std::make_unique<FakeExecutor>(2);
    http_ = http.get();
    grpc_ = grpc.get();
    dispatcher_.AddExecutor(core::kHttpLane, std::move(http));
    dispatcher_.AddExecutor(core::kGrpcLane, std::move(grpc));
    dispatcher_.SetWorkers(&workers_, &workers_);
    queue_.SetListener(&dispatcher_);
  }
  int64_t Soon() const { return clock_.MonoNanos() + 60'000'000'000; }
  static void WaitFor(const std::function<bool()>& condition) {
    while (!condition()) std::this_thread::yield();
  }

  base::SystemClock clock_;
  FakeRunQueue queue_;
  FakeRunPort port_;
  RecordingWorkers workers_;
  FakeExecutor* http_ = nullptr;
  FakeExecutor* grpc_ = nullptr;
  Dispatcher dispatcher_{&queue_, &port_, &clock_};
};

TEST_F(DispatcherTest, EachLaneGoesToItsOwnSide) {
  dispatcher_.Start();
  queue_.Push({Ready(1, 1, core::kHttpLane), Ready(2, 1, core::kGrpcLane)});
  queue_.Push({Ready(3, 1, core::kFirstWorkerLane + 4)});
  WaitFor([&] { return http_->running() == 1 && grpc_->running() == 1; });
  EXPECT_EQ(http_->executed()[0], (core::RunKey{1, 1}));
  EXPECT_EQ(grpc_->executed()[0], (core::RunKey{2, 1}));
  EXPECT_EQ(workers_.lanes, std::vector<core::LaneId>{core::kFirstWorkerLane + 4});
}

TEST_F(DispatcherTest, RunsPushedBeforeTheStartAreFound) {
  queue_.Push({Ready(1, 1)});
  dispatcher_.Start();
  WaitFor([&] { return http_->running() == 1; });
}

TEST_F(DispatcherTest, AHangingTargetHoldsItsOwnLaneOnly) {
  dispatcher_.Start();
  queue_.Push({Ready(1, 1), Ready(1, 2), Ready(1, 3)});  // fills the HTTP executor for ever
  WaitFor([&] { return http_->running() == 2; });
  queue_.Push({Ready(2, 1, core::kGrpcLane)});
  WaitFor([&] { return grpc_->running() == 1; });
  grpc_->Finish();
  WaitFor([&] { return port_.outcomes().size() == 1; });
}

TEST_F(DispatcherTest, CancelsGoToEverySide) {
  dispatcher_.Start();
  queue_.Push({Ready(1, 1)});
  WaitFor([&] { return http_->running() == 1; });
  dispatcher_.CancelRuns({core::RunRef{{1, 1}, 1}}, "DELETED");
  dispatcher_.CancelRuns({}, "NOTHING");
  WaitFor([&] { return !http_->cancelled().empty() && !grpc_->cancelled().empty(); });
  EXPECT_EQ(http_->cancelled_while_running(), 1);
  EXPECT_EQ(workers_.cancels.size(), 1u);
  EXPECT_EQ(workers_.reasons, std::vector<std::string>{"DELETED"});
}

TEST_F(DispatcherTest, DrainWaitsForWhatIsInFlight) {
  dispatcher_.Start();
  queue_.Push({Ready(1, 1), Ready(1, 2)});
  WaitFor([&] { return http_->running() == 2; });
  EXPECT_FALSE(dispatcher_.Drain(clock_.MonoNanos()));
  http_->Finish();
  http_->Finish();
  EXPECT_TRUE(dispatcher_.Drain(Soon()));
  queue_.Push({Ready(1, 3)});
  EXPECT_TRUE(dispatcher_.Drain(Soon()));
  EXPECT_EQ(queue_.TotalSize(), 1u);
  EXPECT_EQ(port_.outcomes().size(), 2u);
}

TEST_F(DispatcherTest, ShutdownInterruptsWithoutReporting) {
  dispatcher_.Start();
  queue_.Push({Ready(1, 1), Ready(1, 2)});
  WaitFor([&] { return http_->running() == 2; });
  http_->Finish();
  dispatcher_.Shutdown();
  dispatcher_.Shutdown();
  EXPECT_TRUE(http_->is_shut_down());
  EXPECT_TRUE(grpc_->is_shut_down());
  ASSERT_EQ(port_.outcomes().size(), 1u);
  EXPECT_EQ(port_.outcomes()[0].kind, core::Outcome::Kind::kCompleted);
}

TEST_F(DispatcherTest, StatsNameEachLane) {
  dispatcher_.Start();
  queue_.Push({Ready(1, 1, core::kGrpcLane)});
  WaitFor([&] { return grpc_->running() == 1; });
  const std::vector<Dispatcher::LaneStats> stats = dispatcher_.stats();
  ASSERT_EQ(stats.size(), 2u);
  EXPECT_EQ(stats[0].lane, core::kHttpLane);
  EXPECT_EQ(stats[1].executor, "fake");
  EXPECT_EQ(stats[1].pump.in_flight, 1);
  EXPECT_EQ(stats[1].pump.claimed, 1);
}

TEST(DispatcherWithoutWorkersTest, IgnoresTheirLanes) {
  const base::SystemClock clock;
  FakeRunQueue queue;
  FakeRunPort port;
  Dispatcher dispatcher(&queue, &port, &clock);
  dispatcher.OnReady(core::kFirstWorkerLane);
  dispatcher.CancelRuns({core::RunRef{{1, 1}, 1}}, "");
  EXPECT_TRUE(dispatcher.Drain(0));
}

}  // namespace
}  // namespace scheduler::dispatch
