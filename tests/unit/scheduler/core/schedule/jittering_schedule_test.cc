#include "scheduler/core/schedule/jittering_schedule.h"

#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

constexpr ScheduleContext kContext{77, 1000, 20'000};

TEST(JitterOfTest, IsStableAndStaysInItsBounds) {
  std::vector<int> seen(10);
  for (Millis t = 0; t < 10'000; ++t) {
    const Millis jitter = JitterOf(5, t, 9);
    ASSERT_GE(jitter, 0);
    ASSERT_LE(jitter, 9);
    EXPECT_EQ(jitter, JitterOf(5, t, 9));
    ++seen[static_cast<size_t>(jitter)];
  }
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(JitterOf(5, 123, 0), 0);
}

TEST(JitterOfTest, DiffersFromJobToJob) {
  int same = 0;
  for (Uid uid = 0; uid < 1000; ++uid)
    same += JitterOf(uid, 60'000, 999) == JitterOf(uid + 1, 60'000, 999);
  EXPECT_LT(same, 10);
}

TEST(JitteringScheduleTest, DelaysAndKeepsTheOrder) {
  const IntervalSchedule every_100(100);
  const JitteringSchedule schedule(&every_100, 5000);
  std::optional<Occurrence> last;
  int64_t count = 0;
  bool delayed = false;
  for (auto at = schedule.Next(kContext, 0); at.has_value();
       at = schedule.Next(kContext, at->nominal)) {
    EXPECT_EQ(at->nominal % 100, 0);
    if (last.has_value()) {
      EXPECT_LT(last->due, at->nominal);
    }
    EXPECT_GE(at->due, at->nominal);
    EXPECT_EQ(schedule.Previous(kContext, at->nominal + 1), at);
    delayed |= at->due > at->nominal;
    last = at;
    ++count;
  }
  EXPECT_TRUE(delayed);
  EXPECT_EQ(schedule.Count(kContext, 0, 30'000), count);
  // The last one has no next to keep it back, but the jitter itself.
  EXPECT_LE(last->due, last->nominal + 5000);
}

TEST(JitteringScheduleTest, DueUntilPartsWhatIsDueFromWhatIsToCome) {
  const IntervalSchedule every_100(100);
  const JitteringSchedule schedule(&every_100, 60);
  for (Millis time = 900; time < 2500; ++time) {
    const Millis until = schedule.DueUntil(kContext, time);
    ASSERT_LE(until, time);
    const std::optional<Occurrence> next = schedule.Next(kContext, until);
    ASSERT_TRUE(next.has_value());
    EXPECT_GT(next->due, time);
    const std::optional<Occurrence> due = schedule.Previous(kContext, until + 1);
    if (due.has_value()) {
      EXPECT_LE(due->due, time);
    }
  }
}

TEST(JitteringScheduleTest, WithoutJitterNothingMoves) {
  const IntervalSchedule every_100(100);
  const JitteringSchedule schedule(&every_100, 0);
  EXPECT_EQ(schedule.Next(kContext, 1000), every_100.Next(kContext, 1000));
  EXPECT_EQ(schedule.DueUntil(kContext, 1234), 1234);
  EXPECT_EQ(every_100.DueUntil(kContext, 1234), 1234);
}

}  // namespace
}  // namespace scheduler::core
