#include "scheduler/core/schedule/schedule.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

using base::kNever;

constexpr Millis kMin = std::numeric_limits<Millis>::min();
constexpr Millis kMax = std::numeric_limits<Millis>::max();

std::optional<Millis> NominalOf(const std::optional<Occurrence>& occurrence) {
  if (!occurrence) return std::nullopt;
  EXPECT_EQ(occurrence->due, occurrence->nominal);
  EXPECT_EQ(occurrence->note, "");
  return occurrence->nominal;
}

// The slow, obvious reference: the whole list of nominal times.
class Reference {
 public:
  explicit Reference(std::vector<Millis> nominals) : nominals_(std::move(nominals)) {}

  std::optional<Millis> Next(Millis after) const {
    for (const Millis t : nominals_) {
      if (t > after) return t;
    }
    return std::nullopt;
  }
  std::optional<Millis> Previous(Millis before) const {
    std::optional<Millis> found;
    for (const Millis t : nominals_) {
      if (t < before) found = t;
    }
    return found;
  }
  int64_t Count(Millis from, Millis to) const {
    return std::count_if(nominals_.begin(), nominals_.end(),
                         [=](Millis t) { return t > from && t <= to; });
  }

 private:
  std::vector<Millis> nominals_;
};

void ExpectLikeReference(const Schedule& schedule, const ScheduleContext& context,
                         const Reference& reference, Millis low, Millis high) {
  for (Millis t = low; t <= high; ++t) {
    ASSERT_EQ(NominalOf(schedule.Next(context, t)), reference.Next(t)) << t;
    ASSERT_EQ(NominalOf(schedule.Previous(context, t)), reference.Previous(t)) << t;
    for (Millis to = low; to <= high; ++to) {
      ASSERT_EQ(schedule.Count(context, t, to), reference.Count(t, to)) << t << ' ' << to;
    }
  }
}

Reference IntervalReference(const ScheduleContext& context, Millis interval) {
  std::vector<Millis> nominals;
  for (Millis t = context.start_time; t < context.end_time; t += interval) nominals.push_back(t);
  return Reference(std::move(nominals));
}

TEST(IntervalScheduleTest, IsLikeTheListOfItsTimes) {
  for (Millis interval = 1; interval <= 8; ++interval) {
    for (Millis start = -6; start <= 6; start += 3) {
      for (Millis length = -1; length <= 20; length += 3) {
        const ScheduleContext context{1, start, start + length};
        ExpectLikeReference(IntervalSchedule(interval), context,
                            IntervalReference(context, interval), start - 4, start + length + 6);
      }
    }
  }
}

TEST(IntervalScheduleTest, TheFirstRunIsAtTheStartAndTheRateIsFixed) {
  const IntervalSchedule schedule(60'000);
  const ScheduleContext context{1, 1'000'123};
  EXPECT_EQ(NominalOf(schedule.Next(context, 0)), 1'000'123);
  EXPECT_EQ(NominalOf(schedule.Next(context, 1'000'122)), 1'000'123);
  EXPECT_EQ(NominalOf(schedule.Next(context, 1'000'123)), 1'060'123);
  EXPECT_EQ(NominalOf(schedule.Next(context, 1'060'122)), 1'060'123);
  EXPECT_EQ(schedule.Count(context, 0, 1'000'123 + 59 * 60'000), 60);
}

// Arguments at the ends of the range. The sanitizer's build sees any overflow.
TEST(IntervalScheduleTest, ExtremesDoNotOverflow) {
  const std::vector<Millis> values = {kMin, -kNever - 1, -kNever, -kNever + 1, -1,  0,
                                      1,    kNever - 1,  kNever,  kNever + 1,  kMax};
  for (const Millis interval : {Millis{1}, Millis{2}, kNever - 1, kNever, kMax}) {
    const IntervalSchedule schedule(interval);
    for (const Millis start : {-kNever, Millis{0}, kNever - 1, kNever}) {
      for (const Millis end : {-kNever, Millis{1}, kNever}) {
        const ScheduleContext context{1, start, end};
        for (const Millis t : values) {
          const std::optional<Millis> next = NominalOf(schedule.Next(context, t));
          if (next) {
            EXPECT_GT(*next, t);
            EXPECT_GE(*next, start);
            EXPECT_LT(*next, end);
            EXPECT_EQ(schedule.Count(context, t, *next), 1);
            EXPECT_EQ(schedule.Count(context, t, *next - 1), 0);
          }
          const std::optional<Millis> previous = NominalOf(schedule.Previous(context, t));
          if (previous) {
            EXPECT_LT(*previous, t);
            EXPECT_GE(*previous, start);
            EXPECT_LT(*previous, end);
          }
          EXPECT_EQ(next.has_value(), schedule.Count(context, t, kMax) > 0);
          EXPECT_EQ(previous.has_value(), t > kMin && schedule.Count(context, kMin, t - 1) > 0);
        }
      }
    }
  }
}

TEST(IntervalScheduleTest, CountsAHugeStretchAtOnce) {
  const ScheduleContext context{1, -kNever, kNever};
  EXPECT_EQ(IntervalSchedule(1).Count(context, kMin, kMax), 2 * kNever);
  EXPECT_EQ(IntervalSchedule(1000).Count({1, 0}, 999, 10'000'000), 10'000);
}

// Next, Previous and Count agree with each other at random places of real schedules.
TEST(IntervalScheduleTest, CallsAgreeAtRandom) {
  base::Random random(11);
  for (int i = 0; i < 50'000; ++i) {
    const auto interval = static_cast<Millis>(1 + random.Below(1ULL << (1 + random.Below(38))));
    const auto start = static_cast<Millis>(random.Below(4'000'000'000'000));
    const ScheduleContext context{1, start, start + static_cast<Millis>(random.Below(1ULL << 41))};
    const auto t = start - 1000 + static_cast<Millis>(random.Below(1ULL << 41));
    const IntervalSchedule schedule(interval);
    const std::optional<Millis> next = NominalOf(schedule.Next(context, t));
    if (!next) {
      ASSERT_EQ(schedule.Count(context, t, kMax), 0);
      continue;
    }
    ASSERT_EQ((*next - start) % interval, 0);
    ASSERT_LE(*next - std::max(t, start - interval), interval);
    const std::optional<Millis> previous = NominalOf(schedule.Previous(context, *next));
    ASSERT_EQ(previous.has_value(), *next > start);
    if (previous) {
      ASSERT_EQ(*previous, *next - interval);
    }
    ASSERT_EQ(schedule.Count(context, start - 1, *next), (*next - start) / interval + 1);
  }
}

TEST(SingleScheduleTest, IsLikeTheListOfItsOneTime) {
  const SingleSchedule schedule;
  for (Millis start = -2; start <= 2; ++start) {
    for (Millis end = -3; end <= 3; ++end) {
      const ScheduleContext context{1, start, end};
      const Reference reference(start < end ? std::vector<Millis>{start} : std::vector<Millis>{});
      ExpectLikeReference(schedule, context, reference, -5, 5);
    }
  }
  EXPECT_EQ(schedule.Count({1, 0}, kMin, kMax), 1);
  EXPECT_EQ(schedule.Count({1, 0}, kMax, kMin), 0);
}

TEST(TimesScheduleTest, IsLikeTheListOfItsTimes) {
  base::Random random(12);
  for (int round = 0; round < 200; ++round) {
    std::vector<Millis> times;
    for (Millis t = -10; t <= 10; ++t) {
      if (random.Percent(30)) times.push_back(t);
    }
    const auto start = static_cast<Millis>(random.Below(30)) - 15;
    const auto end = static_cast<Millis>(random.Below(30)) - 15;
    std::vector<Millis> inside;
    std::copy_if(times.begin(), times.end(), std::back_inserter(inside),
                 [=](Millis t) { return t >= start && t < end; });
    ExpectLikeReference(TimesSchedule(times), {1, start, end}, Reference(inside), -16, 16);
  }
}

TEST(TimesScheduleTest, ExtremesAndNoTimes) {
  const TimesSchedule schedule({-kNever, 0, kNever - 1});
  const ScheduleContext context{1, -kNever, kNever};
  EXPECT_EQ(NominalOf(schedule.Next(context, kMin)), -kNever);
  EXPECT_EQ(NominalOf(schedule.Previous(context, kMax)), kNever - 1);
  EXPECT_EQ(schedule.Count(context, kMin, kMax), 3);
  EXPECT_EQ(schedule.Count(context, kMax, kMin), 0);
  EXPECT_EQ(schedule.times().size(), 3U);
  const TimesSchedule empty({});
  EXPECT_EQ(empty.Next(context, kMin), std::nullopt);
  EXPECT_EQ(empty.Previous(context, kMax), std::nullopt);
  EXPECT_EQ(empty.Count(context, kMin, kMax), 0);
}

}  // namespace
}  // namespace scheduler::core
