#include "scheduler/core/timing_wheel.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Slot = TimingWheel::Slot;

constexpr size_t kNoMax = std::numeric_limits<size_t>::max();
constexpr Millis kStart = 1'700'000'000'000;

std::vector<Slot> AdvanceTo(TimingWheel* wheel, Millis now) {
  std::vector<Slot> due;
  EXPECT_TRUE(wheel->Advance(now, kNoMax, &due));
  return due;
}

TEST(TimingWheelTest, FiresAtItsMillisecondAndNotBefore) {
  // Distances on every level, at its edges and beyond the span of five levels.
  for (int bits = 0; bits <= 45; ++bits) {
    for (const Millis offset : {-1, 0, 1}) {
      const Millis distance = (Millis{1} << bits) + offset;
      if (distance < 1) continue;
      TimingWheel wheel(kStart);
      wheel.Arm(3, kStart + distance);
      EXPECT_TRUE(wheel.IsArmed(3));
      EXPECT_EQ(wheel.DueOf(3), kStart + distance);
      EXPECT_THAT(AdvanceTo(&wheel, kStart + distance - 1), IsEmpty()) << distance;
      EXPECT_THAT(AdvanceTo(&wheel, kStart + distance), ElementsAre(3)) << distance;
      EXPECT_FALSE(wheel.IsArmed(3));
      EXPECT_EQ(wheel.armed(), 0U);
      EXPECT_EQ(wheel.now(), kStart + distance);
    }
  }
}

// From every phase of the two lowest laps; the owner sleeps until NextWakeup as an engine does.
TEST(TimingWheelTest, EveryPhaseOfTheStart) {
  for (Millis phase = 0; phase < 1024; ++phase) {
    TimingWheel wheel(kStart + phase);
    for (const Millis distance : {1, 255, 256, 257, 511, 512, 513, 65'535, 65'536, 131'072}) {
      const Millis due = wheel.now() + distance;
      wheel.Arm(0, due);
      while (wheel.now() < due - 1) {
        const Millis wakeup = wheel.NextWakeup();
        ASSERT_GT(wakeup, wheel.now());
        ASSERT_LE(wakeup, due);
        ASSERT_THAT(AdvanceTo(&wheel, std::min(wakeup, due - 1)), IsEmpty());
      }
      ASSERT_THAT(AdvanceTo(&wheel, due), ElementsAre(0));
    }
  }
}

TEST(TimingWheelTest, PastDueFiresInTheNextAdvance) {
  TimingWheel wheel(kStart);
  wheel.Arm(1, kStart);
  wheel.Arm(2, kStart - 1'000'000);
  wheel.Arm(3, std::numeric_limits<Millis>::min());
  EXPECT_EQ(wheel.DueOf(2), kStart - 1'000'000);
  EXPECT_EQ(wheel.NextWakeup(), kStart);
  EXPECT_THAT(AdvanceTo(&wheel, kStart), UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(AdvanceTo(&wheel, kStart), IsEmpty());
}

TEST(TimingWheelTest, AnEarlierNowDoesNotMoveTime) {
  TimingWheel wheel(kStart);
  wheel.Arm(1, kStart + 10);
  EXPECT_THAT(AdvanceTo(&wheel, kStart - 5), IsEmpty());
  EXPECT_EQ(wheel.now(), kStart);
  EXPECT_THAT(AdvanceTo(&wheel, kStart + 10), ElementsAre(1));
}

TEST(TimingWheelTest, RewindLetsTimersWaitForTheirTimeAnew) {
  TimingWheel wheel(kStart);
  wheel.Arm(1, kStart + base::kHour);
  wheel.Arm(2, kStart + base::kDay);
  AdvanceTo(&wheel, kStart + base::kHour - 1);
  wheel.Rewind(kStart - base::kHour);
  EXPECT_EQ(wheel.now(), kStart - base::kHour);
  wheel.Arm(3, kStart - 1);
  EXPECT_LE(wheel.NextWakeup(), kStart - 1);
  EXPECT_THAT(AdvanceTo(&wheel, kStart - 2), IsEmpty());
  EXPECT_THAT(AdvanceTo(&wheel, kStart + 2 * base::kDay), ElementsAre(3, 1, 2));
  // Forward is Advance's.
  wheel.Rewind(wheel.now() + 1000);
  EXPECT_EQ(wheel.now(), kStart + 2 * base::kDay);
}

TEST(TimingWheelTest, RearmMovesFromEveryLevelToEveryOther) {
  const std::vector<Millis> distances = {-5,         0,         1,         300,      70'000,
                                         20'000'000, 5LL << 32, 5LL << 40, 5LL << 48};
  for (const Millis from : distances) {
    for (const Millis to : distances) {
      TimingWheel wheel(kStart);
      wheel.Arm(1, kStart + from);
      wheel.Arm(1, kStart + to);
      EXPECT_EQ(wheel.armed(), 1U);
      EXPECT_EQ(wheel.DueOf(1), kStart + to);
      const Millis due = std::max(kStart, kStart + to);
      if (due > kStart) {
        EXPECT_THAT(AdvanceTo(&wheel, due - 1), IsEmpty());
      }
      EXPECT_THAT(AdvanceTo(&wheel, due), ElementsAre(1)) << from << " to " << to;
    }
  }
}

TEST(TimingWheelTest, DisarmedTimersDoNotFire) {
  TimingWheel wheel(kStart);
  const std::vector<Millis> distances = {-5, 0, 1, 300, 70'000, 20'000'000, 5LL << 32, 5LL << 48};
  for (Slot slot = 0; slot < distances.size(); ++slot) wheel.Arm(slot, kStart + distances[slot]);
  for (Slot slot = 0; slot < distances.size(); ++slot) {
    wheel.Disarm(slot);
    wheel.Disarm(slot);
    EXPECT_FALSE(wheel.IsArmed(slot));
  }
  wheel.Disarm(1'000'000);  // never used
  EXPECT_FALSE(wheel.IsArmed(1'000'000));
  EXPECT_EQ(wheel.armed(), 0U);
  EXPECT_EQ(wheel.NextWakeup(), base::kNever);
  EXPECT_THAT(AdvanceTo(&wheel, kStart + (6LL << 48)), IsEmpty());
}

TEST(TimingWheelTest, NeverIsNeverDue) {
  TimingWheel wheel(kStart);
  wheel.Arm(1, base::kNever);
  wheel.Arm(2, TimingWheel::kMaxDue - 1);
  EXPECT_EQ(wheel.DueOf(1), base::kNever);
  EXPECT_EQ(wheel.DueOf(2), TimingWheel::kMaxDue - 1);
  EXPECT_THAT(AdvanceTo(&wheel, std::numeric_limits<Millis>::max()), ElementsAre(2));
  EXPECT_TRUE(wheel.IsArmed(1));
  EXPECT_THAT(AdvanceTo(&wheel, std::numeric_limits<Millis>::max()), IsEmpty());
}

TEST(TimingWheelTest, NegativeTimes) {
  TimingWheel wheel(-100'000);
  wheel.Arm(1, -99'000);
  wheel.Arm(2, -1);
  wheel.Arm(3, 70'000);
  EXPECT_THAT(AdvanceTo(&wheel, -99'001), IsEmpty());
  EXPECT_THAT(AdvanceTo(&wheel, 100'000), ElementsAre(1, 2, 3));
}

TEST(TimingWheelTest, GivesAtMostMaxAndResumes) {
  TimingWheel wheel(kStart);
  for (Slot slot = 0; slot < 10; ++slot) wheel.Arm(slot, kStart + 5 + slot / 5);
  std::vector<Slot> due;
  EXPECT_FALSE(wheel.Advance(kStart + 100, 3, &due));
  EXPECT_EQ(due.size(), 3U);
  EXPECT_EQ(wheel.now(), kStart + 5);
  EXPECT_EQ(wheel.NextWakeup(), kStart + 5);
  // Of the bucket that is being emptied one is disarmed, another moved, and a late one comes.
  std::vector<Slot> left;
  for (Slot slot = 0; slot < 5; ++slot) {
    if (wheel.IsArmed(slot)) left.push_back(slot);
  }
  ASSERT_EQ(left.size(), 2U);
  wheel.Disarm(left[0]);
  wheel.Arm(left[1], kStart + 50);
  wheel.Arm(20, kStart + 1);
  due.clear();
  while (!wheel.Advance(kStart + 100, 1, &due)) {
  }
  ASSERT_EQ(due.size(), 7U);
  EXPECT_EQ(due.front(), 20U);
  EXPECT_EQ(due.back(), left[1]);
}

TEST(TimingWheelTest, APrefixOfMaxIsNotConfusedByWhatTheVectorHolds) {
  TimingWheel wheel(kStart);
  wheel.Arm(1, kStart + 1);
  std::vector<Slot> due = {9, 9, 9};
  EXPECT_FALSE(wheel.Advance(kStart + 1, 1, &due) && due.size() == 3);
  EXPECT_THAT(due, ElementsAre(9, 9, 9, 1));
}

TEST(TimingWheelTest, WakesForTheNextTimerExactlyWithin256Ms) {
  TimingWheel wheel(kStart - kStart % 256);
  for (Millis distance = 1; distance < 256; ++distance) {
    wheel.Arm(1, wheel.now() + distance);
    EXPECT_EQ(wheel.NextWakeup(), wheel.now() + distance);
  }
}

TEST(TimingWheelTest, ALonelyFarTimerNeedsFewWakeups) {
  for (const Millis distance : {Millis{1000}, base::kHour, 40 * base::kDay, 3650 * base::kDay}) {
    TimingWheel wheel(kStart);
    wheel.Arm(1, kStart + distance);
    int wakeups = 0;
    std::vector<Slot> due;
    while (due.empty()) {
      ASSERT_LT(++wakeups, 12);
      ASSERT_LE(wheel.NextWakeup(), kStart + distance);
      wheel.Advance(wheel.NextWakeup(), kNoMax, &due);
    }
    EXPECT_EQ(wheel.now(), kStart + distance);
  }
}

// A jump over idle years is a handful of steps: this would not end if it looked at every
// millisecond.
TEST(TimingWheelTest, JumpsOverIdleTime) {
  TimingWheel wheel(0);
  Millis now = 0;
  for (int i = 0; i < 10'000; ++i) {
    now += 1000 * 366 * base::kDay;
    wheel.Arm(1, now);
    ASSERT_THAT(AdvanceTo(&wheel, now), ElementsAre(1));
  }
}

// Many timers within one second a while ahead: each tick before it moves a share of them, none
// moves a heap. The owner sleeps until NextWakeup as an engine does.
TEST(TimingWheelTest, CascadesAreSpreadOverTheTicksBefore) {
  constexpr Slot kTimers = 200'000;
  for (const Millis distance : {Millis{700}, Millis{200'000}, base::kDay}) {
    TimingWheel wheel(kStart);
    base::Random random(3);
    const Millis first = kStart + distance;
    for (Slot slot = 0; slot < kTimers; ++slot) {
      wheel.Arm(slot, first + static_cast<Millis>(random.Below(1000)));
    }
    std::vector<Slot> due;
    uint64_t largest = 0;
    while (wheel.armed() > 0) {
      const uint64_t before = wheel.moved();
      ASSERT_TRUE(wheel.Advance(wheel.NextWakeup(), kNoMax, &due));
      largest = std::max(largest, wheel.moved() - before);
    }
    EXPECT_EQ(due.size(), kTimers);
    // A bucket of 256 ms holds about 51,000 timers: 200 a tick, once for each level at most.
    EXPECT_LT(largest, 2'000U) << distance;
  }
}

TEST(TimingWheelTest, CascadesThatAJumpSkippedStopAtMax) {
  constexpr Slot kTimers = 50'000;
  TimingWheel wheel(kStart);
  for (Slot slot = 0; slot < kTimers; ++slot) wheel.Arm(slot, kStart + 2 * base::kDay + slot);
  std::vector<Slot> due;
  int calls = 1;
  while (!wheel.Advance(kStart + 2 * base::kDay + 70'000, 1000, &due)) {
    ASSERT_LE(due.size(), 1000U * static_cast<size_t>(calls));
    ASSERT_LT(++calls, 1000);
    ASSERT_EQ(wheel.armed() + due.size(), kTimers);
    ASSERT_EQ(wheel.NextWakeup() > wheel.now(), false);
  }
  EXPECT_EQ(due.size(), kTimers);
  EXPECT_TRUE(std::is_sorted(due.begin(), due.end()));
}

TEST(TimingWheelTest, TakesSixteenBytesATimer) {
  TimingWheel wheel(kStart);
  EXPECT_LT(wheel.MemoryBytes(), 128U * 1024);
  for (Slot slot = 0; slot < 1'000'000; ++slot) wheel.Arm(slot, kStart + slot);
  EXPECT_LT(wheel.MemoryBytes(), 17'000'000U);
  EXPECT_GE(wheel.MemoryBytes(), 16'000'000U);
}

TEST(TimingWheelTest, MovesAsAValue) {
  TimingWheel wheel(kStart);
  wheel.Arm(7, kStart + 300);
  TimingWheel other = std::move(wheel);
  EXPECT_THAT(AdvanceTo(&other, kStart + 300), ElementsAre(7));
  other = TimingWheel(kStart - base::kDay);
  EXPECT_EQ(other.now(), kStart - base::kDay);
  EXPECT_FALSE(other.IsArmed(7));
}

// ---- against a multimap ------------------------------------------------------------------------

// The obvious reference: all timers in a multimap by the time from which they may fire.
class WheelModel {
 public:
  explicit WheelModel(Millis now) : wheel_(now) {}

  void Arm(Slot slot, Millis due) {
    Disarm(slot);
    wheel_.Arm(slot, due);
    // Armed in the past means due now.
    by_slot_[slot] = {due, by_due_.emplace(std::max(due, wheel_.now()), slot)};
  }

  void Disarm(Slot slot) {
    if (const auto it = by_slot_.find(slot); it != by_slot_.end()) {
      by_due_.erase(it->second.second);
      by_slot_.erase(it);
    }
    wheel_.Disarm(slot);
  }

  void Rewind(Millis now) {
    wheel_.Rewind(now);
    by_due_.clear();
    for (auto& [slot, timer] : by_slot_) {
      timer.second = by_due_.emplace(std::max(timer.first, wheel_.now()), slot);
    }
  }

  // Calls Advance once and checks what it gives.
  void Advance(Millis now, size_t max) {
    std::vector<Slot> due;
    const bool done = wheel_.Advance(now, max, &due);
    ASSERT_LE(due.size(), max);
    Millis last = std::numeric_limits<Millis>::min();
    for (const Slot slot : due) {
      const auto it = by_slot_.find(slot);
      ASSERT_NE(it, by_slot_.end()) << "not armed: " << slot;
      const Millis at = it->second.second->first;
      ASSERT_LE(at, wheel_.now());
      ASSERT_GE(at, last);
      last = at;
      by_due_.erase(it->second.second);
      by_slot_.erase(it);
    }
    if (done) {
      ASSERT_EQ(wheel_.now(), std::max(now, wheel_.now()));
      if (!by_due_.empty()) {
        ASSERT_GT(by_due_.begin()->first, wheel_.now());
      }
    } else if (!by_due_.empty()) {
      ASSERT_GE(by_due_.begin()->first, last);
    }
  }

  void Check(const std::vector<Slot>& slots) const {
    ASSERT_EQ(wheel_.armed(), by_slot_.size());
    for (const Slot slot : slots) {
      const auto it = by_slot_.find(slot);
      ASSERT_EQ(wheel_.IsArmed(slot), it != by_slot_.end());
      if (it != by_slot_.end()) {
        ASSERT_EQ(wheel_.DueOf(slot), it->second.first);
      }
    }
    const Millis wakeup = wheel_.NextWakeup();
    if (by_due_.empty()) {
      ASSERT_EQ(wakeup, base::kNever);
      return;
    }
    const Millis next = by_due_.begin()->first;
    ASSERT_LE(wakeup, next);
    ASSERT_GE(wakeup, wheel_.now());
    if (next >> 8 == wheel_.now() >> 8) {
      ASSERT_TRUE(wakeup == next || wakeup <= wheel_.now() + 1);
    }
  }

  const TimingWheel& wheel() const { return wheel_; }

 private:
  TimingWheel wheel_;
  std::multimap<Millis, Slot> by_due_;
  std::unordered_map<Slot, std::pair<Millis, std::multimap<Millis, Slot>::iterator>> by_slot_;
};

// A distance of any magnitude up to 2^bits, with edges of buckets among them.
Millis SomeDistance(base::Random* random, uint64_t bits) {
  const auto magnitude = Millis{1} << random->Below(bits + 1);
  if (random->Percent(20)) return magnitude + static_cast<Millis>(random->Below(3)) - 1;
  return static_cast<Millis>(random->Below(static_cast<uint64_t>(magnitude)));
}

void RandomWalk(uint64_t seed, Slot slots, uint64_t due_bits, uint64_t jump_bits, int operations) {
  base::Random random(seed);
  const auto start = static_cast<Millis>(random.Below(1ULL << 45)) - (Millis{1} << 44);
  WheelModel model(start);
  std::vector<Slot> touched;
  for (int i = 0; i < operations; ++i) {
    const auto slot = static_cast<Slot>(random.Below(slots));
    touched.push_back(slot);
    const uint64_t what = random.Below(100);
    if (what < 50) {
      const Millis distance = SomeDistance(&random, due_bits);
      model.Arm(slot, model.wheel().now() + (random.Percent(5) ? -distance : distance));
    } else if (what < 65) {
      model.Disarm(slot);
    } else if (what == 65) {
      model.Rewind(model.wheel().now() - SomeDistance(&random, jump_bits + 1));
    } else {
      const size_t max = random.Percent(50) ? kNoMax : 1 + random.Below(20);
      const Millis jump = random.Percent(5) ? -5 : SomeDistance(&random, jump_bits);
      ASSERT_NO_FATAL_FAILURE(model.Advance(model.wheel().now() + jump, max));
    }
    if (i % 16 == 0) {
      ASSERT_NO_FATAL_FAILURE(model.Check(touched));
      touched.clear();
    }
  }
  // Everything comes out in the end.
  ASSERT_NO_FATAL_FAILURE(model.Advance(TimingWheel::kMaxDue - 1, kNoMax));
  ASSERT_EQ(model.wheel().armed(), 0U);
}

TEST(TimingWheelPropertyTest, IsLikeAMultimapFromTickToTick) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(RandomWalk(seed, 300, 12, 2, 10'000));
  }
}

TEST(TimingWheelPropertyTest, IsLikeAMultimapOverSecondsAndHours) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(RandomWalk(seed, 2'000, 24, 14, 10'000));
  }
}

TEST(TimingWheelPropertyTest, IsLikeAMultimapOverCenturies) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(RandomWalk(seed, 1'000, 50, 44, 10'000));
  }
}

TEST(TimingWheelPropertyTest, IsLikeAMultimapWithFewSlots) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(RandomWalk(seed, 3, 20, 18, 2'000));
  }
}

}  // namespace
}  // namespace scheduler::core
