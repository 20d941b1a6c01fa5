#include "scheduler/core/schedule/excluding_schedule.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/schedule/jittering_schedule.h"

namespace scheduler::core {
namespace {

const ScheduleContext kContext{0, 1000, 2000};

TEST(ExcludingScheduleTest, PassesOverWhatIsListed) {
  const IntervalSchedule every_100(100);
  const std::vector<Millis> excluded = {1000, 1100, 1150, 1900};
  const ExcludingSchedule schedule(&every_100, &excluded);
  EXPECT_EQ(schedule.Next(kContext, 0)->nominal, 1200);
  EXPECT_EQ(schedule.Next(kContext, 1800), std::nullopt);
  EXPECT_EQ(schedule.Previous(kContext, 2000)->nominal, 1800);
  EXPECT_EQ(schedule.Previous(kContext, 1200), std::nullopt);
  EXPECT_EQ(schedule.Count(kContext, 0, 5000), 7);
  EXPECT_EQ(schedule.Count(kContext, 1199, 1200), 1);
  EXPECT_EQ(schedule.Count(kContext, 1000, 1100), 0);
}

TEST(ExcludingScheduleTest, EverythingCanBeExcluded) {
  const TimesSchedule times({1100, 1200});
  const std::vector<Millis> excluded = {1100, 1200};
  const ExcludingSchedule schedule(&times, &excluded);
  EXPECT_EQ(schedule.Next(kContext, 0), std::nullopt);
  EXPECT_EQ(schedule.Previous(kContext, 2000), std::nullopt);
  EXPECT_EQ(schedule.Count(kContext, 0, 2000), 0);
}

TEST(ExcludingScheduleTest, WhatIsLateStaysLate) {
  const IntervalSchedule every_100(100);
  const JitteringSchedule late(&every_100, 60);
  const std::vector<Millis> excluded = {1300, 1700};
  const ExcludingSchedule schedule(&late, &excluded);
  for (Millis time = 900; time < 2100; ++time) {
    const Millis until = schedule.DueUntil(kContext, time);
    ASSERT_LE(until, time);
    const std::optional<Occurrence> next = schedule.Next(kContext, until);
    if (next.has_value()) {
      EXPECT_GT(next->due, time);
    }
    const std::optional<Occurrence> due = schedule.Previous(kContext, until + 1);
    if (due.has_value()) {
      EXPECT_LE(due->due, time);
    }
  }
}

TEST(ExcludingScheduleTest, AgreesWithWalking) {
  base::Random random(20261129);
  for (int round = 0; round < 200; ++round) {
    const IntervalSchedule interval(static_cast<Millis>(1 + random.Below(20)));
    std::vector<Millis> excluded;
    for (Millis t = 990; t < 1200; ++t) {
      if (random.Percent(30)) excluded.push_back(t);
    }
    const ExcludingSchedule schedule(&interval, &excluded);
    const Millis from = 980 + static_cast<Millis>(random.Below(200));
    const Millis to = from + static_cast<Millis>(random.Below(100));
    int64_t count = 0;
    std::optional<Millis> first;
    std::optional<Millis> last;
    for (Millis t = from + 1; t <= to; ++t) {
      if (interval.Count(kContext, t - 1, t) == 0) continue;
      if (std::binary_search(excluded.begin(), excluded.end(), t)) continue;
      ++count;
      if (!first.has_value()) first = t;
      last = t;
    }
    EXPECT_EQ(schedule.Count(kContext, from, to), count);
    if (count == 0) continue;
    EXPECT_EQ(schedule.Next(kContext, from)->nominal, *first);
    EXPECT_EQ(schedule.Previous(kContext, to + 1)->nominal, *last);
  }
}

}  // namespace
}  // namespace scheduler::core
