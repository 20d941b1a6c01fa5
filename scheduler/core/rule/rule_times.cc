#include "scheduler/core/rule/rule_times.h"

#include <bit>
#include <numeric>

#include "scheduler/core/rule/rule_days.h"
#include "scheduler/core/rule/rule_positions.h"

namespace scheduler::core {
namespace {

int UnitSeconds(RuleFrequency frequency) {
  switch (frequency) {
    case RuleFrequency::kSecondly:
      return 1;
    case RuleFrequency::kMinutely:
      return 60;
    case RuleFrequency::kHourly:
      return 3600;
    default:
      return static_cast<int>(kDaySeconds);
  }
}

// The admitted units, each by its first second.
TimeSet UnitsOf(const RulePattern& pattern) {
  switch (pattern.frequency) {
    case RuleFrequency::kSecondly:
      return {pattern.hours, pattern.minutes, pattern.seconds};
    case RuleFrequency::kMinutely:
      return {pattern.hours, pattern.minutes, 1};
    case RuleFrequency::kHourly:
      return {pattern.hours, 1, 1};
    default:
      return {1, 1, 1};
  }
}

// After how many units the admitted ones repeat: a minute's, an hour's or a day's.
int RepeatingUnits(const RulePattern& pattern) {
  const int unit = UnitSeconds(pattern.frequency);
  if (std::popcount(pattern.hours) < 24) return static_cast<int>(kDaySeconds) / unit;
  if (unit == 1 && std::popcount(pattern.minutes) == 60) return 60;
  return unit > 3600 ? 1 : 3600 / unit;
}

// The times in a unit, before BYSETPOS.
TimeSet AllInside(const RulePattern& pattern) {
  switch (pattern.frequency) {
    case RuleFrequency::kSecondly:
      return {1, 1, 1};
    case RuleFrequency::kMinutely:
      return {1, 1, pattern.seconds};
    case RuleFrequency::kHourly:
      return {1, pattern.minutes, pattern.seconds};
    default:
      return {pattern.hours, pattern.minutes, pattern.seconds};
  }
}

// The unit is the period of DAILY and shorter rules: BYSETPOS is settled once for all of them.
TimeSet Inside(const RulePattern& pattern) {
  TimeSet all = AllInside(pattern);
  if (pattern.set_positions.empty() || pattern.frequency > RuleFrequency::kDaily) return all;
  std::vector<int32_t> chosen;
  for (const int64_t index : IndexesAt(pattern.set_positions, all.size())) {
    chosen.push_back(all.At(static_cast<int>(index)));
  }
  return TimeSet(std::move(chosen));
}

}  // namespace

RuleTimes::RuleTimes(const RulePattern& pattern, absl::CivilSecond start)
    : unit_seconds_(UnitSeconds(pattern.frequency)),
      units_per_day_(static_cast<int>(kDaySeconds / unit_seconds_)),
      repeating_units_(RepeatingUnits(pattern)),
      interval_(pattern.frequency >= RuleFrequency::kDaily ? 1 : pattern.interval),
      start_unit_(FloorDiv(start - absl::CivilSecond(), unit_seconds_)),
      units_(UnitsOf(pattern)),
      inside_(Inside(pattern)) {}

// INTERVAL's count at the day's first unit, 0 … interval - 1.
int64_t RuleTimes::IndexOf(int64_t day, int64_t shift) const {
  return interval_ == 1 ? 0 : FloorMod(day * units_per_day_ - start_unit_ - shift, interval_);
}

bool RuleTimes::Admits(int64_t index, int unit) const {
  if (units_per_day_ == 1) return true;
  return units_.Contains(unit * unit_seconds_) && (index + unit) % interval_ == 0;
}

// Leaps by turns to the next unit on which INTERVAL falls and to the next that the time parts admit,
// until they meet: no more steps than the fewer of both in a day.
int RuleTimes::FirstUnit(int64_t index, int unit) const {
  if (units_per_day_ == 1) return unit == 0 ? 0 : -1;
  for (;;) {
    const int64_t counted = unit + FloorMod(-(index + unit), interval_);
    if (counted >= units_per_day_) return -1;
    const int second = units_.First(static_cast<int>(counted) * unit_seconds_);
    if (second < 0) return -1;
    unit = second / unit_seconds_;
    if (unit == counted) return unit;
  }
}

// The last admitted unit < `unit`.
int RuleTimes::LastUnit(int64_t index, int unit) const {
  if (units_per_day_ == 1) return unit == 1 ? 0 : -1;
  for (;;) {
    const int64_t counted = unit - 1 - (index + unit - 1 + interval_) % interval_;
    if (counted < 0) return -1;
    const int second = units_.Last((static_cast<int>(counted) + 1) * unit_seconds_);
    if (second < 0) return -1;
    if (second / unit_seconds_ == counted) return static_cast<int>(counted);
    unit = second / unit_seconds_ + 1;
  }
}

int RuleTimes::First(int64_t day, int second, int64_t shift) const {
  if (inside_.size() == 0 || second >= kDaySeconds) return -1;
  const int64_t index = IndexOf(day, shift);
  const int unit = second / unit_seconds_;
  if (Admits(index, unit)) {
    const int found = inside_.First(second - unit * unit_seconds_);
    if (found >= 0) return unit * unit_seconds_ + found;
  }
  const int next = FirstUnit(index, unit + 1);
  return next < 0 ? -1 : next * unit_seconds_ + inside_.First(0);
}

int RuleTimes::Last(int64_t day, int second, int64_t shift) const {
  if (inside_.size() == 0) return -1;
  const int64_t index = IndexOf(day, shift);
  const int unit = second / unit_seconds_;
  if (unit < units_per_day_ && Admits(index, unit)) {
    const int found = inside_.Last(second - unit * unit_seconds_);
    if (found >= 0) return unit * unit_seconds_ + found;
  }
  const int previous = LastUnit(index, unit);
  return previous < 0 ? -1 : previous * unit_seconds_ + inside_.Last(unit_seconds_);
}

int64_t RuleTimes::UnitsBelow(int64_t index, int unit) const {
  if (interval_ == 1) return units_.CountBelow(unit * unit_seconds_);
  if (units_.size() == units_per_day_) {
    return (index + unit + interval_ - 1) / interval_ - (index + interval_ - 1) / interval_;
  }
  int64_t count = 0;
  for (int u = FirstUnit(index, 0); u >= 0 && u < unit; u = FirstUnit(index, u + 1)) ++count;
  return count;
}

int64_t RuleTimes::CountBelow(int64_t day, int second, int64_t shift) const {
  const int64_t index = IndexOf(day, shift);
  const int unit = second / unit_seconds_;
  int64_t count = UnitsBelow(index, unit) * inside_.size();
  if (unit < units_per_day_ && Admits(index, unit)) {
    count += inside_.CountBelow(second - unit * unit_seconds_);
  }
  return count;
}

bool RuleTimes::CanMatch(int64_t shift) const {
  if (inside_.size() == 0 || units_.size() == 0) return false;
  if (interval_ == 1) return true;
  const int64_t common = std::gcd(interval_, int64_t{repeating_units_});
  const int64_t wanted = FloorMod(start_unit_ + shift, common);
  const int end = repeating_units_ * unit_seconds_;
  for (int second = units_.First(0); second >= 0 && second < end;
       second = units_.First(second + unit_seconds_)) {
    if (second / unit_seconds_ % common == wanted) return true;
  }
  return false;
}

int64_t RuleTimes::WholeDays::Count(int64_t day, int64_t shift) {
  if (times_.SameEveryDay()) return times_.per_day();
  const auto [it, is_new] = counts_.try_emplace(times_.IndexOf(day, shift), 0);
  if (is_new) it->second = times_.CountBelow(day, kDaySeconds, shift);
  return it->second;
}

}  // namespace scheduler::core
