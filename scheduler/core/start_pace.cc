#include "scheduler/core/start_pace.h"

#include <algorithm>
#include <cmath>

namespace scheduler::core {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// Farther than any process lives, and no sum of two overflows.
constexpr int64_t kLongest = INT64_MAX / 4;

int64_t RoundUp(double nanos) {
  return nanos >= static_cast<double>(kLongest) ? kLongest : static_cast<int64_t>(std::ceil(nanos));
}

}  // namespace

void StartPace::SetRate(double per_second) {
  if (per_second <= 0) {
    space_ = 0;
    return;
  }
  const double nominal = static_cast<double>(kSecond) / per_second;
  // One more, so that a space of exactly 1 / r of the span does not let both its ends in.
  const int64_t space =
      1 + RoundUp(nominal + static_cast<double>(kReserve) / std::max(per_second, 1.0));
  if (space == space_) return;
  space_ = space;
  if (last_ != INT64_MIN) due_ = last_ + space_;
}

int64_t StartPace::next() const {
  if (space_ == 0) return INT64_MIN;
  const int64_t free =
      held_at_ == INT64_MIN ? INT64_MIN : held_at_ + std::max(kSecond + kReserve, space_);
  return std::max(free, due_ == INT64_MIN ? INT64_MIN : due_ - kSlack);
}

void StartPace::Start(int64_t now) {
  last_ = now;
  due_ = std::max(due_, now) + space_;
}

void StartPace::TakeBack() {
  if (due_ != INT64_MIN) due_ -= space_;
}

}  // namespace scheduler::core
