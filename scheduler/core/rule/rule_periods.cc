#include "scheduler/core/rule/rule_periods.h"

#include <algorithm>
#include <bit>

namespace scheduler::core {
namespace {

// The days first … last, and no others, of a month's mask.
uint32_t Between(uint32_t mask, const RuleMonth& month, int64_t first, int64_t last) {
  if (first > month.first_day) mask &= ~uint32_t{0} << (first - month.first_day);
  if (last < month.last_day()) mask &= (uint32_t{2} << (last - month.first_day)) - 1;
  return mask;
}

RulePattern Completed(const RulePattern& pattern, absl::CivilSecond start) {
  return CompletedFrom(start, pattern);
}

}  // namespace

RulePeriods::RulePeriods(const RulePattern& pattern, absl::CivilSecond start)
    : days_(Completed(pattern, start), absl::CivilDay(start)),
      times_(Completed(pattern, start), start) {
  if (!pattern.set_positions.empty() && pattern.frequency >= RuleFrequency::kWeekly) {
    positions_.emplace(pattern, start);
  }
}

std::optional<int64_t> RulePeriods::First(int64_t from, int64_t to, int64_t shift) const {
  if (positions_) return positions_->First(days_, times_, from, to);
  if (from >= to) return std::nullopt;
  const int64_t first_day = FloorDiv(from, kDaySeconds);
  const int64_t last_day = FloorDiv(to - 1, kDaySeconds);
  bool checked = false;
  for (RuleMonth month = RuleMonth::Of(first_day); month.first_day <= last_day;
       month = month.Next()) {
    uint32_t mask = Between(days_.InMonth(month), month, first_day, last_day);
    for (; mask != 0; mask &= mask - 1) {
      const int64_t day = month.first_day + std::countr_zero(mask);
      const int64_t begin = day * kDaySeconds;
      const int second = day == first_day ? static_cast<int>(from - begin) : 0;
      const int found = times_.First(day, second, shift);
      if (found >= 0) return begin + found < to ? std::optional(begin + found) : std::nullopt;
      if (checked) continue;
      if (!times_.CanMatch(shift)) return std::nullopt;
      checked = true;
    }
  }
  return std::nullopt;
}

std::optional<int64_t> RulePeriods::Last(int64_t from, int64_t to, int64_t shift) const {
  if (positions_) return positions_->Last(days_, times_, from, to);
  if (from >= to) return std::nullopt;
  const int64_t first_day = FloorDiv(from, kDaySeconds);
  const int64_t last_day = FloorDiv(to - 1, kDaySeconds);
  bool checked = false;
  for (RuleMonth month = RuleMonth::Of(last_day); month.last_day() >= first_day;
       month = month.Previous()) {
    uint32_t mask = Between(days_.InMonth(month), month, first_day, last_day);
    while (mask != 0) {
      const int index = 31 - std::countl_zero(mask);
      mask ^= uint32_t{1} << index;
      const int64_t day = month.first_day + index;
      const int64_t begin = day * kDaySeconds;
      const auto second = static_cast<int>(day == last_day ? to - begin : kDaySeconds);
      const int found = times_.Last(day, second, shift);
      if (found >= 0) return begin + found >= from ? std::optional(begin + found) : std::nullopt;
      if (checked) continue;
      if (!times_.CanMatch(shift)) return std::nullopt;
      checked = true;
    }
  }
  return std::nullopt;
}

int64_t RulePeriods::Count(int64_t from, int64_t to, int64_t shift) const {
  Memory memory = NewMemory();
  return Count(from, to, shift, &memory);
}

int64_t RulePeriods::Count(int64_t from, int64_t to, int64_t shift, Memory* memory) const {
  if (positions_) return positions_->Count(days_, times_, from, to);
  if (from >= to) return 0;
  const int64_t first_day = FloorDiv(from, kDaySeconds);
  const int64_t last_day = FloorDiv(to - 1, kDaySeconds);
  // All times of the days that [from, to) touches, but for those before `from` and from `to` on.
  int64_t count = CountDays(first_day, last_day, shift, memory);
  if (CountDays(first_day, first_day, shift, memory) > 0) {
    const auto second = static_cast<int>(from - first_day * kDaySeconds);
    count -= times_.CountBelow(first_day, second, shift);
  }
  const int64_t on_last = CountDays(last_day, last_day, shift, memory);
  if (on_last > 0) {
    const auto second = static_cast<int>(to - last_day * kDaySeconds);
    count -= on_last - times_.CountBelow(last_day, second, shift);
  }
  return count;
}

int64_t RulePeriods::CountDays(int64_t first, int64_t last, int64_t shift, Memory* memory) const {
  int64_t count = 0;
  for (RuleMonth month = RuleMonth::Of(first); month.first_day <= last; month = month.Next()) {
    uint32_t mask = Between(days_.InMonth(month), month, first, last);
    if (times_.SameEveryDay()) {
      count += std::popcount(mask) * times_.per_day();
      continue;
    }
    for (; mask != 0; mask &= mask - 1) {
      count += memory->Count(month.first_day + std::countr_zero(mask), shift);
    }
  }
  return count;
}

}  // namespace scheduler::core
