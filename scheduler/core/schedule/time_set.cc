#include "scheduler/core/schedule/time_set.h"

#include <algorithm>
#include <bit>

namespace scheduler::core {
namespace {

constexpr int kMinute = 60;
constexpr int kHour = 60 * kMinute;
constexpr int kDay = 24 * kHour;

// The bits of `mask` from n on, and below n; n is 0 … 63.
constexpr uint64_t From(uint64_t mask, int n) { return mask >> n << n; }
constexpr uint64_t Below(uint64_t mask, int n) { return mask & ((uint64_t{1} << n) - 1); }

constexpr bool Has(uint64_t mask, int n) { return (mask >> n & 1) != 0; }
int Lowest(uint64_t mask) { return std::countr_zero(mask); }
int Highest(uint64_t mask) { return 63 - std::countl_zero(mask); }

int NthBit(uint64_t mask, int n) {
  for (; n > 0; --n) mask &= mask - 1;
  return Lowest(mask);
}

}  // namespace

TimeSet::TimeSet(uint32_t hours, uint64_t minutes, uint64_t seconds)
    : hours_(hours), minutes_(minutes), seconds_(seconds) {}

int TimeSet::size() const {
  if (is_list_) return static_cast<int>(listed_.size());
  return std::popcount(hours_) * std::popcount(minutes_) * std::popcount(seconds_);
}

int TimeSet::First(int second) const {
  if (is_list_) {
    const auto it = std::lower_bound(listed_.begin(), listed_.end(), second);
    return it == listed_.end() ? -1 : *it;
  }
  if (second >= kDay || minutes_ == 0 || seconds_ == 0) return -1;
  const int hour = second / kHour;
  const int minute = second / kMinute % 60;
  if (Has(hours_, hour)) {
    const int hour_begin = hour * kHour;
    const uint64_t seconds = From(seconds_, second % kMinute);
    if (Has(minutes_, minute) && seconds != 0) {
      return hour_begin + minute * kMinute + Lowest(seconds);
    }
    const uint64_t minutes = From(minutes_, minute + 1);
    if (minutes != 0) return hour_begin + Lowest(minutes) * kMinute + Lowest(seconds_);
  }
  const uint64_t hours = From(hours_, hour + 1);
  if (hours == 0) return -1;
  return Lowest(hours) * kHour + Lowest(minutes_) * kMinute + Lowest(seconds_);
}

int TimeSet::Last(int second) const {
  if (is_list_) {
    const auto it = std::lower_bound(listed_.begin(), listed_.end(), second);
    return it == listed_.begin() ? -1 : *(it - 1);
  }
  if (minutes_ == 0 || seconds_ == 0) return -1;
  const int hour = second / kHour;
  const int minute = second / kMinute % 60;
  if (Has(hours_, hour)) {
    const int hour_begin = hour * kHour;
    const uint64_t seconds = Below(seconds_, second % kMinute);
    if (Has(minutes_, minute) && seconds != 0) {
      return hour_begin + minute * kMinute + Highest(seconds);
    }
    const uint64_t minutes = Below(minutes_, minute);
    if (minutes != 0) return hour_begin + Highest(minutes) * kMinute + Highest(seconds_);
  }
  const uint64_t hours = Below(hours_, hour);
  if (hours == 0) return -1;
  return Highest(hours) * kHour + Highest(minutes_) * kMinute + Highest(seconds_);
}

int TimeSet::CountBelow(int second) const {
  if (is_list_) {
    return static_cast<int>(std::lower_bound(listed_.begin(), listed_.end(), second) -
                            listed_.begin());
  }
  const int hour = second / kHour;
  const int minute = second / kMinute % 60;
  const int per_minute = std::popcount(seconds_);
  const int per_hour = std::popcount(minutes_) * per_minute;
  int count = std::popcount(Below(hours_, hour)) * per_hour;
  if (!Has(hours_, hour)) return count;
  count += std::popcount(Below(minutes_, minute)) * per_minute;
  if (Has(minutes_, minute)) count += std::popcount(Below(seconds_, second % kMinute));
  return count;
}

int TimeSet::At(int index) const {
  if (is_list_) return listed_[static_cast<size_t>(index)];
  const int per_minute = std::popcount(seconds_);
  const int per_hour = std::popcount(minutes_) * per_minute;
  return NthBit(hours_, index / per_hour) * kHour +
         NthBit(minutes_, index % per_hour / per_minute) * kMinute +
         NthBit(seconds_, index % per_minute);
}

}  // namespace scheduler::core
