#include "scheduler/core/rule/rule_pattern.h"

namespace scheduler::core {
namespace {

constexpr uint64_t kAll60 = (uint64_t{1} << 60) - 1;
constexpr uint32_t kAll24 = (uint32_t{1} << 24) - 1;

void CompleteTime(absl::CivilSecond start, RulePattern* pattern) {
  const RuleFrequency frequency = pattern->frequency;
  if (pattern->seconds == 0) {
    const bool every = frequency == RuleFrequency::kSecondly;
    pattern->seconds = every ? kAll60 : uint64_t{1} << start.second();
  }
  if (pattern->minutes == 0) {
    const bool every = frequency <= RuleFrequency::kMinutely;
    pattern->minutes = every ? kAll60 : uint64_t{1} << start.minute();
  }
  if (pattern->hours == 0) {
    const bool every = frequency <= RuleFrequency::kHourly;
    pattern->hours = every ? kAll24 : uint32_t{1} << start.hour();
  }
}

void CompleteDay(absl::CivilSecond start, RulePattern* pattern) {
  if (pattern->has_weekdays() || pattern->has_month_days() || !pattern->year_days.empty()) return;
  const bool yearly = pattern->frequency == RuleFrequency::kYearly;
  if (pattern->frequency == RuleFrequency::kWeekly || pattern->has_week_numbers()) {
    pattern->weekdays = static_cast<uint8_t>(1U << static_cast<int>(absl::GetWeekday(start)));
  } else if (yearly || pattern->frequency == RuleFrequency::kMonthly) {
    pattern->month_days = uint32_t{1} << start.day();
    if (yearly && pattern->months == 0) {
      pattern->months = static_cast<uint16_t>(1U << start.month());
    }
  }
}

}  // namespace

RulePattern CompletedFrom(absl::CivilSecond start, RulePattern pattern) {
  CompleteTime(start, &pattern);
  CompleteDay(start, &pattern);
  return pattern;
}

}  // namespace scheduler::core
