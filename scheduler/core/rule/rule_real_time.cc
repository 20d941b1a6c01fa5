#include "scheduler/core/rule/rule_real_time.h"

#include <algorithm>

#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

int64_t UnitSeconds(RuleFrequency frequency) {
  if (frequency == RuleFrequency::kHourly) return 3600;
  return frequency == RuleFrequency::kMinutely ? 60 : 1;
}

}  // namespace

RealTimeRule::RealTimeRule(const RulePattern& pattern, int64_t start, absl::TimeZone zone)
    : zone_(zone),
      start_offset_(OffsetAt(start)),
      unit_seconds_(UnitSeconds(pattern.frequency)),
      periods_(pattern, LocalOf(start, zone)) {}

int64_t RealTimeRule::OffsetAt(int64_t instant) const {
  return zone_.At(absl::FromUnixSeconds(instant)).offset;
}

// After a stretch that had nothing, whether INTERVAL can fall on a time at all is asked first: some
// rules never match in half of the year, and some never.
std::optional<int64_t> RealTimeRule::First(int64_t from, int64_t to) const {
  for (bool first = true; from < to; first = false) {
    const std::optional<ClockChange> change = NextChange(from, zone_);
    const int64_t end = change ? std::min(change->at, to) : to;
    const int64_t offset = OffsetAt(from);
    const int64_t shift = ShiftFor(offset);
    if (first || periods_.CanMatch(shift)) {
      const std::optional<int64_t> local = periods_.First(from + offset, end + offset, shift);
      if (local) return *local - offset;
    }
    from = end;
  }
  return std::nullopt;
}

std::optional<int64_t> RealTimeRule::Last(int64_t from, int64_t to) const {
  for (bool first = true; from < to; first = false) {
    const std::optional<ClockChange> change = PreviousChange(to, zone_);
    const int64_t begin = change ? std::max(change->at, from) : from;
    const int64_t offset = OffsetAt(to - 1);
    const int64_t shift = ShiftFor(offset);
    if (first || periods_.CanMatch(shift)) {
      const std::optional<int64_t> local = periods_.Last(begin + offset, to + offset, shift);
      if (local) return *local - offset;
    }
    to = begin;
  }
  return std::nullopt;
}

int64_t RealTimeRule::Count(int64_t from, int64_t to) const {
  RulePeriods::Memory memory = periods_.NewMemory();
  return Count(from, to, &memory);
}

int64_t RealTimeRule::Count(int64_t from, int64_t to, RulePeriods::Memory* memory) const {
  int64_t count = 0;
  while (from < to) {
    const std::optional<ClockChange> change = NextChange(from, zone_);
    const int64_t end = change ? std::min(change->at, to) : to;
    const int64_t offset = OffsetAt(from);
    count += periods_.Count(from + offset, end + offset, ShiftFor(offset), memory);
    from = end;
  }
  return count;
}

std::optional<int64_t> RealTimeRule::PlaceOf(int64_t n, int64_t from, int64_t to) const {
  RulePeriods::Memory memory = periods_.NewMemory();
  return PlaceOfNth(from, to, n,
                    [&](int64_t low, int64_t high) { return Count(low, high, &memory); });
}

}  // namespace scheduler::core
