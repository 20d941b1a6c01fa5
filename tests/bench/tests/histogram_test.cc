#include "tests/bench/load/histogram.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace bench {
namespace {

constexpr int64_t kMicro = 1000;
constexpr int64_t kMilli = 1'000'000;

TEST(HistogramTest, IsZeroWithoutDurations) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.QuantileMillis(0.5), 0);
  EXPECT_EQ(histogram.max_millis(), 0);
}

TEST(HistogramTest, TellsQuantilesOfAUniformSpread) {
  Histogram histogram;
  for (int64_t i = 1; i <= 10'000; ++i) histogram.Add(i * 10 * kMicro);  // up to 100 ms
  EXPECT_NEAR(histogram.QuantileMillis(0.5), 50, 0.5);
  EXPECT_NEAR(histogram.QuantileMillis(0.99), 99, 1);
  EXPECT_NEAR(histogram.QuantileMillis(1), 100, 0);
  EXPECT_EQ(histogram.max_millis(), 100);
}

TEST(HistogramTest, EachDurationIsItsOwnQuantileWithinABucket) {
  for (int64_t micros = 0; micros < int64_t{3'600'000'000}; micros = micros * 5 / 4 + 1) {
    Histogram histogram;
    histogram.Add(micros * kMicro);
    histogram.Add(int64_t{7'200'000} * kMilli);  // so that the largest does not cut the bucket
    const double millis = static_cast<double>(micros) * 1e-3;
    const double quantile = histogram.QuantileMillis(0.5);
    EXPECT_GE(quantile, millis - 1e-9);
    EXPECT_LE(quantile, millis * 1.008 + 0.001);
  }
}

TEST(HistogramTest, CountsWhatIsOutOfRangeInTheOutermostBuckets) {
  Histogram histogram;
  histogram.Add(-5 * kMilli);
  EXPECT_EQ(histogram.QuantileMillis(1), 0);
  histogram.Add(INT64_MAX);
  EXPECT_EQ(histogram.count(), 2);
  EXPECT_GT(histogram.QuantileMillis(1), 1e6);
}

TEST(HistogramTest, MergesAsIfAllWereAddedToOne) {
  Histogram a;
  Histogram b;
  Histogram both;
  for (int64_t i = 1; i <= 1000; ++i) {
    (i % 3 == 0 ? a : b).Add(i * 37 * kMicro);
    both.Add(i * 37 * kMicro);
  }
  a.Merge(b);
  EXPECT_EQ(a.count(), both.count());
  for (const double q : {0.1, 0.5, 0.9, 0.999}) {
    EXPECT_EQ(a.QuantileMillis(q), both.QuantileMillis(q));
  }
}

}  // namespace
}  // namespace bench
