#include "tests/bench/load/tally.h"

#include "gtest/gtest.h"

namespace bench {
namespace {

constexpr int64_t kMilli = 1'000'000;

TEST(TallyTest, CountsNothingBeforeItIsOpened) {
  Tally tally;
  EXPECT_EQ(tally.Arrived({0, 5 * kMilli}, 6 * kMilli), 0);
  EXPECT_EQ(tally.sums().arrived, 0);
}

TEST(TallyTest, CountsByNominalTimeAndNotByArrival) {
  Tally tally;
  tally.Open(100 * kMilli, 200 * kMilli);
  EXPECT_EQ(tally.Arrived({99 * kMilli, 100 * kMilli, 199 * kMilli, 200 * kMilli}, 250 * kMilli),
            2);
  const Tally::Sums sums = tally.sums();
  EXPECT_EQ(sums.arrived, 2);
  EXPECT_EQ(sums.messages, 1);
  EXPECT_EQ(sums.last_arrival_nanos, 250 * kMilli);
  EXPECT_EQ(sums.lateness.count(), 2);
  EXPECT_EQ(sums.lateness.max_millis(), 150);
}

TEST(TallyTest, KeepsTheQuartersApart) {
  Tally tally;
  tally.Open(0, 400 * kMilli);
  for (int64_t i = 0; i < 400; ++i) {
    const int64_t late = (i / 100 + 1) * kMilli;
    tally.Arrived({i * kMilli}, i * kMilli + late);
  }
  const Tally::Sums sums = tally.sums();
  for (size_t quarter = 0; quarter < 4; ++quarter) {
    EXPECT_EQ(sums.by_quarter[quarter].count(), 100);
    EXPECT_EQ(sums.by_quarter[quarter].max_millis(), static_cast<double>(quarter + 1));
  }
}

TEST(TallyTest, AddsUpWhatIsReported) {
  Tally tally;
  tally.Completed(3);
  tally.Completed(4);
  tally.Redelivered(1);
  tally.Refused(2);
  const Tally::Sums sums = tally.sums();
  EXPECT_EQ(sums.completed, 7);
  EXPECT_EQ(sums.redelivered, 1);
  EXPECT_EQ(sums.refused, 2);
}

}  // namespace
}  // namespace bench
