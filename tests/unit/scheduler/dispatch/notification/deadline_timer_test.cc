#include "scheduler/dispatch/notification/deadline_timer.h"

#include <future>
#include <mutex>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(DeadlineTimerTest, CallsInTheOrderOfTheTimes) {
  base::SystemClock clock;
  std::mutex mu;
  std::vector<int> called;
  std::promise<void> last;
  DeadlineTimer timer(&clock);
  const int64_t now = clock.MonoNanos();
  const auto note = [&](int number) {
    const std::lock_guard<std::mutex> lock(mu);
    called.push_back(number);
  };
  timer.At(now + 20'000'000, [&] {
    note(2);
    last.set_value();
  });
  timer.At(now + 5'000'000, [&] { note(1); });
  const DeadlineTimer::Key forgotten = timer.At(now + 10'000'000, [&] { note(9); });
  timer.Forget(forgotten);
  timer.Forget(forgotten);
  last.get_future().wait();
  EXPECT_EQ(called, (std::vector<int>{1, 2}));
}

TEST(DeadlineTimerTest, StopDropsWhatIsToCome) {
  base::SystemClock clock;
  bool called = false;
  DeadlineTimer timer(&clock);
  timer.At(clock.MonoNanos() + 3'600'000'000'000, [&] { called = true; });
  timer.Stop();
  timer.At(0, [&] { called = true; });
  timer.Stop();
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace scheduler::dispatch
