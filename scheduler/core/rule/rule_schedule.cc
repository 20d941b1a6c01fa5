#include "scheduler/core/rule/rule_schedule.h"

#include <algorithm>

#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

// Seconds: the earliest start, and a bound that no zone's end of 2199 comes after.
constexpr int64_t kFirstStart = LocalSecond(absl::CivilSecond(1, 1, 2));
constexpr int64_t kBeyond = LocalSecond(absl::CivilSecond(kLastRuleYear + 1, 1, 3));

// Whole seconds [begin, end) of a context, cut to where rules have times: no sum below overflows.
struct Range {
  int64_t begin = 0;
  int64_t end = 0;
};

Range RangeOf(const ScheduleContext& context) {
  return {std::clamp(CeilSecond(context.start_time), kFirstStart, kBeyond),
          std::clamp(CeilSecond(context.end_time), kFirstStart, kBeyond)};
}

Occurrence OccurrenceOf(const ZonedTime& time) {
  const Millis nominal = time.instant * 1000;
  return Occurrence{nominal, nominal, time.note};
}

// The first of `times` > `after`.
auto FirstAfter(const std::vector<ZonedTime>& times, int64_t after) {
  return std::upper_bound(times.begin(), times.end(), after,
                          [](int64_t t, const ZonedTime& time) { return t < time.instant; });
}

}  // namespace

RuleSchedule::RuleSchedule(const RecurrenceRule& rule, Millis start_time, DstPolicy policy)
    : exclusions_(rule.excluded, rule.zone, policy) {
  const int64_t start = CeilSecond(start_time);
  if (start < kFirstStart || start >= EndOfRules(rule.zone)) return;
  if (rule.pattern) instants_.emplace(*rule.pattern, start, rule.zone, policy);
  AddDates(rule, start, policy);
}

void RuleSchedule::AddDates(const RecurrenceRule& rule, int64_t start, DstPolicy policy) {
  const int64_t end = EndOfRules(rule.zone);
  for (const ZonedTime& time :
       InstantsOf(rule.dates, LocalOf(start, rule.zone), rule.zone, policy)) {
    const int64_t t = time.instant;
    if (t < start || t >= end || exclusions_.Around(t)) continue;
    if (instants_ && instants_->Count(t - 1, t) > 0) continue;
    added_.push_back(time);
  }
}

// The rule's next time that is not excluded. Each turn leaves a stretch of exclusions behind.
std::optional<ZonedTime> RuleSchedule::NextOfRule(int64_t after) const {
  if (!instants_) return std::nullopt;
  for (;;) {
    const std::optional<ZonedTime> found = instants_->Next(after);
    if (!found) return std::nullopt;
    const std::optional<Stretch> stretch = exclusions_.Around(found->instant);
    if (!stretch) return found;
    after = stretch->end - 1;
  }
}

std::optional<ZonedTime> RuleSchedule::PreviousOfRule(int64_t before) const {
  if (!instants_) return std::nullopt;
  for (;;) {
    const std::optional<ZonedTime> found = instants_->Previous(before);
    if (!found) return std::nullopt;
    const std::optional<Stretch> stretch = exclusions_.Around(found->instant);
    if (!stretch) return found;
    before = stretch->begin;
  }
}

int64_t RuleSchedule::CountOfRule(int64_t from, int64_t to) const {
  if (!instants_ || from >= to) return 0;
  int64_t count = instants_->Count(from, to);
  for (const Stretch& stretch : exclusions_.stretches()) {
    if (stretch.end <= from || stretch.begin > to) continue;
    count -= instants_->Count(std::max(stretch.begin - 1, from), std::min(stretch.end - 1, to));
  }
  return count;
}

std::optional<Occurrence> RuleSchedule::Next(const ScheduleContext& context, Millis after) const {
  const Range range = RangeOf(context);
  const int64_t from = std::max(FloorSecond(after), range.begin - 1);
  if (from >= range.end) return std::nullopt;
  std::optional<ZonedTime> next = NextOfRule(from);
  const auto added = FirstAfter(added_, from);
  if (added != added_.end() && (!next || added->instant < next->instant)) next = *added;
  if (!next || next->instant >= range.end) return std::nullopt;
  return OccurrenceOf(*next);
}

std::optional<Occurrence> RuleSchedule::Previous(const ScheduleContext& context,
                                                 Millis before) const {
  const Range range = RangeOf(context);
  const int64_t to = std::min(CeilSecond(before), range.end);
  if (to <= range.begin) return std::nullopt;
  std::optional<ZonedTime> previous = PreviousOfRule(to);
  const auto added = FirstAfter(added_, to - 1);
  if (added != added_.begin() && (!previous || (added - 1)->instant > previous->instant)) {
    previous = *(added - 1);
  }
  if (!previous || previous->instant < range.begin) return std::nullopt;
  return OccurrenceOf(*previous);
}

int64_t RuleSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  const Range range = RangeOf(context);
  const int64_t low = std::max(FloorSecond(from), range.begin - 1);
  const int64_t high = std::min(FloorSecond(to), range.end - 1);
  if (high <= low) return 0;
  return CountOfRule(low, high) + (FirstAfter(added_, high) - FirstAfter(added_, low));
}

}  // namespace scheduler::core
