#include "tests/bench/load/tally.h"

#include <algorithm>

namespace bench {

using scheduler::base::MutexLock;

void Tally::Open(int64_t from_nanos, int64_t to_nanos) {
  const MutexLock lock(&mu_);
  from_nanos_ = from_nanos;
  to_nanos_ = to_nanos;
}

int64_t Tally::Arrived(absl::Span<const int64_t> scheduled_nanos, int64_t received_nanos) {
  const MutexLock lock(&mu_);
  int64_t counted = 0;
  for (const int64_t scheduled : scheduled_nanos) {
    if (scheduled < from_nanos_ || scheduled >= to_nanos_) continue;
    const auto quarter =
        static_cast<size_t>((scheduled - from_nanos_) * 4 / (to_nanos_ - from_nanos_));
    sums_.by_quarter[quarter].Add(received_nanos - scheduled);
    ++counted;
  }
  if (counted > 0) {
    sums_.arrived += counted;
    ++sums_.messages;
    sums_.last_arrival_nanos = std::max(sums_.last_arrival_nanos, received_nanos);
  }
  return counted;
}

void Tally::Completed(int64_t runs) {
  const MutexLock lock(&mu_);
  sums_.completed += runs;
}

void Tally::Redelivered(int64_t runs) {
  const MutexLock lock(&mu_);
  sums_.redelivered += runs;
}

void Tally::Refused(int64_t results) {
  const MutexLock lock(&mu_);
  sums_.refused += results;
}

Tally::Sums Tally::sums() const {
  const MutexLock lock(&mu_);
  Sums sums = sums_;
  for (const Histogram& quarter : sums.by_quarter) sums.lateness.Merge(quarter);
  return sums;
}

int64_t Tally::arrived() const {
  const MutexLock lock(&mu_);
  return sums_.arrived;
}

}  // namespace bench
