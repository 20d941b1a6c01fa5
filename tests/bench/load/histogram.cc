#include "tests/bench/load/histogram.h"

#include <algorithm>
#include <bit>

namespace bench {

int64_t Histogram::BucketOf(int64_t micros) {
  if (micros < kLinear) return std::max<int64_t>(micros, 0);
  const int doubling = std::bit_width(static_cast<uint64_t>(micros)) - kLinearBits;
  const int64_t step = micros >> doubling;  // kLinear / 2 .. kLinear - 1
  return std::min(kLinear + (doubling - 1) * kLinear / 2 + step - kLinear / 2, kBuckets - 1);
}

int64_t Histogram::UpperMicrosOf(int64_t bucket) {
  if (bucket < kLinear) return bucket;
  const int64_t above = bucket - kLinear;
  const auto doubling = static_cast<int>(above / (kLinear / 2)) + 1;
  const int64_t step = above % (kLinear / 2) + kLinear / 2;
  return ((step + 1) << doubling) - 1;
}

void Histogram::Add(int64_t nanos) {
  ++buckets_[static_cast<size_t>(BucketOf(nanos / 1000))];
  ++count_;
  max_nanos_ = std::max(max_nanos_, nanos);
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_nanos_ = std::max(max_nanos_, other.max_nanos_);
}

double Histogram::QuantileMillis(double q) const {
  const auto wanted = static_cast<int64_t>(q * static_cast<double>(count_));
  int64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen > 0 && seen >= wanted) {
      const double upper = static_cast<double>(UpperMicrosOf(static_cast<int64_t>(i))) * 1e-3;
      return std::min(upper, max_millis());
    }
  }
  return 0;
}

}  // namespace bench
