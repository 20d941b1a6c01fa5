// A pump and a queue that knows limits.

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/pump.h"
#include "scheduler/engine/run_queue.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/scheduler/dispatch/fakes.h"

namespace scheduler::dispatch {
namespace {

constexpr core::LimitGroup kGroup = 5;

core::EventLimits Limits(int32_t max_in_flight, double max_per_second) {
  core::EventLimits limits;
  limits.max_in_flight = max_in_flight;
  limits.max_per_second = max_per_second;
  return limits;
}

class PumpLimitsTest : public testing::Test {
 protected:
  void Push(int64_t from, int64_t count, core::LimitGroup group = kGroup) {
    std::vector<core::ReadyRun> runs;
    for (int64_t n = from; n < from + count; ++n) {
      runs.push_back(Ready(7, n));
      runs.back().group = group;
    }
    queue_.Push(runs);
  }
  void StepAll() {
    int steps = 0;
    while (pump_.Step()) ASSERT_LT(++steps, 1000);
  }
  size_t executed() const { return executor_.executed().size(); }

  base::ManualClock clock_{0, 1'000'000'000};
  engine::FifoRunQueue queue_{&clock_};
  FakeRunPort port_;
  FakeExecutor executor_{8};
  Pump pump_{core::kHttpLane, &executor_, &queue_, &port_, &clock_};
};

TEST_F(PumpLimitsTest, EveryEndMakesRoomForOne) {
  queue_.SetLimits(kGroup, Limits(2, 0));
  Push(1, 9);
  StepAll();
  EXPECT_EQ(executor_.running(), 2U);
  AttemptResult failed;
  AttemptResult released;
  released.released = true;
  for (const AttemptResult& end : {Completed(), Cancelled(), failed, released, Completed()}) {
    ASSERT_TRUE(executor_.Finish(end));
    StepAll();
    EXPECT_EQ(executor_.running(), 2U);
  }
  EXPECT_EQ(executed(), 7U);
}

TEST_F(PumpLimitsTest, OthersFillTheExecutor) {
  queue_.SetLimits(kGroup, Limits(1, 0));
  Push(1, 20);
  Push(21, 20, core::kNoGroup);
  StepAll();
  EXPECT_EQ(executor_.running(), 8U);
  EXPECT_EQ(executor_.executed()[1], (core::RunKey{7, 21}));
}

TEST_F(PumpLimitsTest, RunsThatAreGoneUseNothing) {
  queue_.SetLimits(kGroup, Limits(1, 0.5));
  for (int64_t n = 1; n <= 500; ++n) port_.SetGone({7, n});
  Push(1, 502);
  StepAll();
  EXPECT_EQ(executor_.executed(), (std::vector<core::RunKey>{{7, 501}}));
  EXPECT_EQ(pump_.stats().gone, 500);
  executor_.Finish();
  StepAll();
  EXPECT_EQ(executed(), 1U);
  clock_.Advance(2010);
  StepAll();
  EXPECT_EQ(executed(), 2U);
}

// Nobody wakes the thread when a run's time has come: it wakes by itself.
TEST(PumpLimitsThreadTest, TheThreadSleepsUntilTheNextStart) {
  base::SystemClock clock;
  engine::FifoRunQueue queue(&clock);
  queue.SetLimits(kGroup, Limits(0, 200));
  FakeRunPort port;
  FakeExecutor executor(100);
  Pump pump(core::kHttpLane, &executor, &queue, &port, &clock);
  pump.Start();
  for (int64_t n = 1; n <= 20; ++n) {
    core::ReadyRun run = Ready(7, n);
    run.group = kGroup;
    queue.Push({&run, 1});
  }
  pump.Wake();
  const int64_t give_up = clock.MonoNanos() + 60'000'000'000;
  while (executor.running() < 20 && clock.MonoNanos() < give_up) std::this_thread::yield();
  EXPECT_EQ(executor.running(), 20U);
  pump.Stop();
  executor.Shutdown();
  pump.Step();
}

// Ends, wakes and changes of the limits from several threads: no more than may be are in flight, and
// everything comes out.
TEST(PumpLimitsThreadTest, NothingIsStranded) {
  base::SystemClock clock;
  engine::FifoRunQueue queue(&clock);
  FakeRunPort port;
  FakeExecutor executor(100);
  Pump pump(core::kHttpLane, &executor, &queue, &port, &clock);
  class Waker final : public core::LaneListener {
   public:
    explicit Waker(Pump* pump) : pump_(*pump) {}
    void OnReady(core::LaneId /*lane*/) override { pump_.Wake(); }

   private:
    Pump& pump_;
  } waker(&pump);
  queue.SetListener(&waker);
  queue.SetLimits(kGroup, Limits(3, 0));
  pump.Start();
  constexpr size_t kRuns = 20'000;
  std::thread producer([&queue] {
    for (size_t n = 1; n <= kRuns; ++n) {
      core::ReadyRun run = Ready(7, static_cast<int64_t>(n));
      run.group = kGroup;
      queue.Push({&run, 1});
      if (n % 1000 == 0) queue.SetLimits(kGroup, Limits(1 + static_cast<int32_t>(n / 1000 % 3), 0));
    }
    queue.SetLimits(kGroup, Limits(2, 0));
  });
  const int64_t give_up = clock.MonoNanos() + 120'000'000'000;
  size_t finished = 0;
  while (finished < kRuns && clock.MonoNanos() < give_up) {
    EXPECT_LE(executor.running(), 3U);
    if (executor.Finish()) {
      ++finished;
    } else {
      std::this_thread::yield();
    }
  }
  producer.join();
  EXPECT_EQ(finished, kRuns);
  pump.Stop();
}

}  // namespace
}  // namespace scheduler::dispatch
