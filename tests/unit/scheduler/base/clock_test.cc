#include "scheduler/base/clock.h"

#include "gtest/gtest.h"
#include "tests/support/manual_clock.h"

namespace scheduler::base {
namespace {

TEST(ClockTest, TheSystemsMonotonicClockNeverDecreases) {
  const SystemClock clock;
  int64_t last = clock.MonoNanos();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t now = clock.MonoNanos();
    ASSERT_GE(now, last);
    last = now;
  }
  EXPECT_GE(clock.MonoNow(), last / 1'000'000);
}

TEST(ClockTest, TheSystemsWallClockIsInMilliseconds) {
  // Between 2020 and 2200: microseconds or seconds would be far outside.
  const SystemClock clock;
  EXPECT_GT(clock.WallNow(), 1'577'836'800'000);
  EXPECT_LT(clock.WallNow(), 7'258'118'400'000);
}

TEST(ClockTest, TheManualClockMovesBothTimesOrOne) {
  ManualClock clock(1000, 5'000'000);
  clock.Advance(7);
  EXPECT_EQ(clock.WallNow(), 1007);
  EXPECT_EQ(clock.MonoNow(), 12);
  clock.StepWall(-500);
  EXPECT_EQ(clock.WallNow(), 507);
  clock.SetWall(9);
  EXPECT_EQ(clock.WallNow(), 9);
  clock.AdvanceNanos(3);
  EXPECT_EQ(clock.MonoNanos(), 12'000'003);
  clock.SetMonoNanos(0);
  EXPECT_EQ(clock.MonoNow(), 0);
}

}  // namespace
}  // namespace scheduler::base
