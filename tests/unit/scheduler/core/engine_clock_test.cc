#include "scheduler/core/engine_clock.h"

#include <optional>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;

constexpr Millis kWall = 1'700'000'000'000;
constexpr Millis kMono = 5000;

TEST(EngineClockTest, FollowsTheWallClock) {
  EngineClock clock(kWall, kMono, 0);
  EXPECT_EQ(clock.now(), kWall);
  EXPECT_EQ(clock.Update(kWall + 1, kMono + 1), kWall + 1);
  EXPECT_EQ(clock.Update(kWall + 500, kMono + 500), kWall + 500);
  EXPECT_EQ(clock.Update(kWall + 500, kMono + 500), kWall + 500);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);
}

TEST(EngineClockTest, ForwardStepsAreAdoptedAtOnce) {
  EngineClock clock(kWall, kMono, 0);
  EXPECT_EQ(clock.Update(kWall + 3 * kHour, kMono + 1), kWall + 3 * kHour);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);
}

TEST(EngineClockTest, SmallBackwardStepsAreSlewedAtHalfSpeed) {
  EngineClock clock(kWall, kMono, 0);
  const Millis stepped = kWall - 2 * kMinute;  // the wall clock's time at kMono from now on
  EXPECT_EQ(clock.Update(stepped, kMono), kWall);
  EXPECT_EQ(clock.Update(stepped + 1000, kMono + 1000), kWall + 500);
  // Two minutes behind are caught up with in four.
  for (Millis t = 2 * kSecond; t <= 4 * kMinute; t += kSecond) {
    EXPECT_EQ(clock.Update(stepped + t, kMono + t), kWall + t / 2);
  }
  EXPECT_EQ(clock.now(), stepped + 4 * kMinute);
  EXPECT_EQ(clock.Update(stepped + 5 * kMinute, kMono + 5 * kMinute), stepped + 5 * kMinute);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);
}

TEST(EngineClockTest, SlewingGoesOnWithReadingsAMillisecondApart) {
  EngineClock clock(kWall, kMono, 0);
  for (Millis i = 1; i <= 1000; ++i) {
    EXPECT_EQ(clock.Update(kWall - kSecond + i / 2, kMono + i), kWall + i / 2);
  }
}

TEST(EngineClockTest, TenMinutesAreSlewedAndMoreAreAdoptedAndReported) {
  EngineClock clock(kWall, kMono, 0);
  EXPECT_EQ(clock.Update(kWall - EngineClock::kMaxSlew, kMono), kWall);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);

  const Millis behind = kWall - EngineClock::kMaxSlew - 1;
  EXPECT_EQ(clock.Update(behind, kMono), behind);
  EXPECT_EQ(clock.TakeBackwardStep(), kWall);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);
  EXPECT_EQ(clock.Update(behind + 10, kMono + 10), behind + 10);
}

TEST(EngineClockTest, TwoLargeStepsBeforeAReportGiveTheLaterTime) {
  EngineClock clock(kWall, kMono, 0);
  clock.Update(kWall - kHour, kMono);
  clock.Update(kWall - 3 * kHour, kMono);
  EXPECT_EQ(clock.TakeBackwardStep(), kWall);
}

TEST(EngineClockTest, AFloorJustAboveTheWallIsSlewed) {
  EngineClock clock(kWall, kMono, kWall + EngineClock::kMaxSlew);
  EXPECT_EQ(clock.now(), kWall + EngineClock::kMaxSlew);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);
  EXPECT_EQ(clock.Update(kWall + 100, kMono + 100), kWall + EngineClock::kMaxSlew + 50);
}

TEST(EngineClockTest, AFloorFarAboveTheWallIsALargeStep) {
  EngineClock clock(kWall, kMono, kWall + EngineClock::kMaxSlew + 1);
  EXPECT_EQ(clock.now(), kWall);
  EXPECT_EQ(clock.TakeBackwardStep(), kWall + EngineClock::kMaxSlew + 1);
}

TEST(EngineClockTest, AFloorBelowTheWallChangesNothing) {
  EngineClock clock(kWall, kMono, kWall - 5 * kHour);
  EXPECT_EQ(clock.now(), kWall);
  EXPECT_EQ(clock.TakeBackwardStep(), std::nullopt);
}

TEST(EngineClockTest, AMonotonicClockThatIsReadOutOfOrderDoesNoHarm) {
  EngineClock clock(kWall, kMono, kWall + kSecond);
  EXPECT_EQ(clock.Update(kWall, kMono - 500), kWall + kSecond);
  EXPECT_EQ(clock.Update(kWall, kMono + 2), kWall + kSecond + 1);
}

// Random walks of the wall clock: time never goes back except by a reported step, never stands
// still while two monotonic milliseconds pass, and never strays further than kMaxSlew.
TEST(EngineClockTest, HoldsItsPromisesUnderRandomSteps) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    base::Random random(seed);
    Millis wall = kWall;
    Millis mono = kMono;
    EngineClock clock(wall, mono, 0);
    for (int i = 0; i < 5'000; ++i) {
      const Millis before = clock.now();
      const auto passed =
          static_cast<Millis>(random.Percent(80) ? random.Below(5) : random.Below(100'000));
      mono += passed;
      wall += passed;
      if (random.Percent(5)) wall += static_cast<Millis>(random.Below(2'400'000)) - 1'200'000;
      const Millis now = clock.Update(wall, mono);
      const std::optional<Millis> step = clock.TakeBackwardStep();
      if (step) {
        ASSERT_EQ(*step, before);
        ASSERT_EQ(now, wall);
        ASSERT_GT(before - wall, EngineClock::kMaxSlew);
      } else {
        ASSERT_GE(now, before);
        if (passed >= 2) {
          ASSERT_GT(now, before);
        }
      }
      ASSERT_GE(now, wall);
      // The step was judged before the slew moved on.
      ASSERT_LE(now - wall, EngineClock::kMaxSlew + passed);
    }
  }
}

}  // namespace
}  // namespace scheduler::core
