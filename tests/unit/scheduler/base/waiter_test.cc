#include "scheduler/base/waiter.h"

#include <atomic>
#include <limits>
#include <thread>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "tests/support/manual_clock.h"

namespace scheduler::base {
namespace {

constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

TEST(WaiterTest, PassedDeadlineOnlyLooks) {
  Waiter waiter;
  const ManualClock clock(0, 5000);
  EXPECT_FALSE(waiter.WaitUntilMono(5000, clock));
  EXPECT_FALSE(waiter.WaitUntilMono(std::numeric_limits<int64_t>::min(), clock));
  waiter.Wake();
  EXPECT_TRUE(waiter.WaitUntilMono(0, clock));
  EXPECT_FALSE(waiter.WaitUntilMono(0, clock));
}

TEST(WaiterTest, WakeBeforeTheWaitIsNotLostAndManyCountAsOne) {
  Waiter waiter;
  const ManualClock clock;
  waiter.Wake();
  waiter.Wake();
  EXPECT_TRUE(waiter.WaitUntilMono(kForever, clock));
  EXPECT_FALSE(waiter.WaitUntilMono(0, clock));
}

TEST(WaiterTest, DeadlineEndsTheWaitAndNotBefore) {
  Waiter waiter;
  const SystemClock clock;
  for (const int64_t nanos : {200'000, 2'000'000}) {
    const int64_t deadline = clock.MonoNanos() + nanos;
    EXPECT_FALSE(waiter.WaitUntilMono(deadline, clock));
    EXPECT_GE(clock.MonoNanos(), deadline);
  }
}

TEST(WaiterTest, WakeEndsTheWait) {
  Waiter waiter;
  const SystemClock clock;
  std::atomic<bool> woken{false};
  std::thread sleeper([&] { woken = waiter.WaitUntilMono(kForever, clock); });
  waiter.Wake();
  sleeper.join();
  EXPECT_TRUE(woken);
}

TEST(WaiterTest, ClockMovedByHandEndsTheWaitWithAWake) {
  Waiter waiter;
  ManualClock clock;
  std::atomic<int64_t> seen{0};
  std::thread sleeper([&] {
    while (clock.MonoNanos() < kHour * 1'000'000) {
      waiter.WaitUntilMono(kHour * 1'000'000, clock);
    }
    seen = clock.MonoNanos();
  });
  clock.Advance(kHour);
  waiter.Wake();
  sleeper.join();
  EXPECT_EQ(seen, kHour * 1'000'000);
}

// Ping-pong: a lost wake would hang it.
TEST(WaiterTest, NoWakeIsLostBetweenTwoThreads) {
  constexpr int kRounds = 20'000;
  Waiter ping;
  Waiter pong;
  const SystemClock clock;
  int turns = 0;  // touched by one thread at a time: the waiters order them
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      ping.WaitUntilMono(kForever, clock);
      ++turns;
      pong.Wake();
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    ping.Wake();
    pong.WaitUntilMono(kForever, clock);
    EXPECT_EQ(turns, i + 1);
  }
  other.join();
}

}  // namespace
}  // namespace scheduler::base
