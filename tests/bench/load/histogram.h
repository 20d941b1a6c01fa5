#ifndef TESTS_BENCH_LOAD_HISTOGRAM_H_
#define TESTS_BENCH_LOAD_HISTOGRAM_H_

#include <cstdint>
#include <vector>

namespace bench {

// Counts durations in buckets that are at most 0.8 % wide, and tells their quantiles. Durations
// below 1 µs, negative ones too, count as 0. Not thread-safe.
class Histogram {
 public:
  Histogram() : buckets_(kBuckets) {}

  void Add(int64_t nanos);
  void Merge(const Histogram& other);

  int64_t count() const { return count_; }
  double max_millis() const { return static_cast<double>(max_nanos_) * 1e-6; }

  // The duration that a share `q` of all does not exceed, 0 < q <= 1, in milliseconds; 0 if there
  // is none.
  double QuantileMillis(double q) const;

 private:
  // Below kLinear µs a bucket is 1 µs; above, each doubling has kLinear / 2 of them. The layout is
  // that of HdrHistogram.
  static constexpr int kLinearBits = 8;
  static constexpr int64_t kLinear = int64_t{1} << kLinearBits;
  static constexpr int kDoublings = 30;
  static constexpr int64_t kBuckets = kLinear + kDoublings * kLinear / 2;

  static int64_t BucketOf(int64_t micros);
  static int64_t UpperMicrosOf(int64_t bucket);

  std::vector<int64_t> buckets_;
  int64_t count_ = 0;
  int64_t max_nanos_ = 0;
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_HISTOGRAM_H_
