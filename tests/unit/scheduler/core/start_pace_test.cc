#include "scheduler/core/start_pace.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

constexpr int64_t kMilli = 1'000'000;
constexpr int64_t kSecond = 1000 * kMilli;
constexpr int64_t kTolerance = StartPace::kReserve - StartPace::kSlack;

// The most starts that lie in any closed span of so many nanoseconds.
int64_t MostWithin(const std::vector<int64_t>& starts, int64_t span) {
  size_t first = 0;
  size_t most = 0;
  for (size_t i = 0; i < starts.size(); ++i) {
    while (starts[i] - starts[first] > span) ++first;
    most = std::max(most, i - first + 1);
  }
  return static_cast<int64_t>(most);
}

TEST(StartPaceTest, WithoutARateAnyTimeWillDo) {
  StartPace pace;
  EXPECT_EQ(pace.next(), INT64_MIN);
  pace.Start(5);
  pace.HoldBack(5);
  EXPECT_EQ(pace.next(), INT64_MIN);
}

TEST(StartPaceTest, TheFirstStartsAtOnceTheOthersASpaceApart) {
  StartPace pace;
  pace.SetRate(10);
  EXPECT_EQ(pace.next(), INT64_MIN);
  pace.Start(7 * kSecond);
  EXPECT_EQ(pace.next(), 7 * kSecond + 101 * kMilli + 1 - StartPace::kSlack);
  pace.Start(7 * kSecond + 101 * kMilli + 1);
  EXPECT_EQ(pace.next(), 7 * kSecond + 202 * kMilli + 2 - StartPace::kSlack);
}

TEST(StartPaceTest, AfterAPauseThereIsNoBurst) {
  StartPace pace;
  pace.SetRate(10);
  pace.Start(kSecond);
  pace.Start(60 * kSecond);
  EXPECT_GT(pace.next(), 60 * kSecond + 98 * kMilli);
}

TEST(StartPaceTest, BelowOneASecondTheSpaceIsLonger) {
  StartPace pace;
  pace.SetRate(0.5);
  pace.Start(0);
  EXPECT_GE(pace.next(), 2 * kSecond + kTolerance);
  EXPECT_LE(pace.next(), 2 * kSecond + StartPace::kReserve);
  pace.SetRate(0.001);
  EXPECT_GE(pace.next(), 1000 * kSecond);
  EXPECT_LE(pace.next(), 1001 * kSecond);
}

TEST(StartPaceTest, AnotherRateHoldsFromTheLastStartOn) {
  StartPace pace;
  pace.SetRate(0.01);
  pace.Start(kSecond);
  pace.SetRate(10);
  EXPECT_LT(pace.next(), kSecond + 102 * kMilli);
  pace.SetRate(0);
  EXPECT_EQ(pace.next(), INT64_MIN);
  pace.Start(9 * kSecond);
  pace.SetRate(1);
  EXPECT_GT(pace.next(), 10 * kSecond);
}

TEST(StartPaceTest, HeldBackForASecondOrASpace) {
  StartPace fast;
  fast.SetRate(1000);
  fast.HoldBack(5 * kSecond);
  EXPECT_EQ(fast.next(), 6 * kSecond + StartPace::kReserve);
  StartPace slow;
  slow.SetRate(0.1);
  slow.HoldBack(5 * kSecond);
  EXPECT_GE(slow.next(), 15 * kSecond + kTolerance);
}

TEST(StartPaceTest, AnotherRateHoldsForTheFirstStartToo) {
  StartPace pace;
  pace.SetRate(0.1);
  pace.HoldBack(5 * kSecond);
  pace.SetRate(1000);
  EXPECT_EQ(pace.next(), 6 * kSecond + StartPace::kReserve);
  pace.SetRate(0.01);
  EXPECT_GE(pace.next(), 105 * kSecond + kTolerance);
  // One that had none.
  StartPace free;
  free.HoldBack(5 * kSecond);
  EXPECT_EQ(free.next(), INT64_MIN);
  free.SetRate(10);
  EXPECT_EQ(free.next(), 6 * kSecond + StartPace::kReserve);
}

TEST(StartPaceTest, AStartThatDidNotHappenIsTakenBack) {
  StartPace pace;
  pace.SetRate(1);
  pace.Start(5 * kSecond);
  pace.TakeBack();
  EXPECT_LE(pace.next(), 5 * kSecond);
  pace.Start(5 * kSecond);
  EXPECT_GT(pace.next(), 6 * kSecond);
}

// Whatever the rate and however late each start is, no second has more than the rate, not even by the
// clock of a target that sees them up to the tolerance late; and the rate is used.
TEST(StartPaceTest, NoSecondHasMoreThanTheRate) {
  const std::vector<double> rates = {0.5, 1, 2, 2.5, 3, 10, 50, 99.5, 100, 1000, 20'000};
  base::Random random(1);
  for (const double rate : rates) {
    for (const int64_t lateness : {int64_t{1}, kMilli / 10, 3 * kMilli}) {
      StartPace pace;
      pace.SetRate(rate);
      std::vector<int64_t> starts;
      int64_t now = 0;
      const auto count = static_cast<size_t>(rate * 3 + 10);
      while (starts.size() < count) {
        now = std::max(now, pace.next()) + static_cast<int64_t>(random.Below(lateness));
        // Whoever wakes starts all that may.
        while (pace.next() <= now) {
          pace.Start(now);
          starts.push_back(now);
          if (random.Percent(5)) {
            pace.TakeBack();
            starts.pop_back();
          }
        }
      }
      const auto most = static_cast<int64_t>(std::ceil(rate));
      const int64_t span = rate < 1 ? static_cast<int64_t>(1e9 / rate) : kSecond;
      EXPECT_LE(MostWithin(starts, span + kTolerance), most) << rate << " late by " << lateness;
      const double used = static_cast<double>(starts.size() - 1) * 1e9 /
                          static_cast<double>(starts.back() - starts.front());
      EXPECT_LE(used, rate) << rate << " late by " << lateness;
      if (lateness <= StartPace::kSlack) {
        EXPECT_GE(used, rate * 0.975) << rate;
      }
    }
  }
}

}  // namespace
}  // namespace scheduler::core
