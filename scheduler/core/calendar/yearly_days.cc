#include "scheduler/core/calendar/yearly_days.h"

#include <algorithm>
#include <bit>

#include "scheduler/core/rule/rule_days.h"
#include "scheduler/core/rule/rule_times.h"

namespace scheduler::core {

YearlyDays::YearlyDays(const std::vector<YearlyDate>& dates) : empty_(dates.empty()) {
  for (const YearlyDate& date : dates) days_[static_cast<size_t>(date.month)] |= 1U << date.day;
}

std::optional<Stretch> YearlyDays::Around(int64_t second) const {
  const int64_t day = FloorDiv(second, kDaySeconds);
  const RuleMonth month = RuleMonth::Of(day);
  const int64_t of_month = day - month.first_day + 1;
  if ((days_[static_cast<size_t>(month.month)] >> of_month & 1) == 0) return std::nullopt;
  return Stretch{day * kDaySeconds, (day + 1) * kDaySeconds};
}

std::optional<int64_t> YearlyDays::FirstFrom(int64_t second) const {
  if (empty_) return std::nullopt;
  const int64_t day = FloorDiv(second, kDaySeconds);
  RuleMonth month = RuleMonth::Of(day);
  for (int64_t from = day - month.first_day + 1;; from = 1) {
    const uint32_t left = days_[static_cast<size_t>(month.month)] >> from << from;
    // Only 29 February can be missing in a month that its mask has.
    const int found = std::countr_zero(left);
    if (left != 0 && found <= month.length) {
      return std::max(second, (month.first_day + found - 1) * kDaySeconds);
    }
    month = month.Next();
  }
}

}  // namespace scheduler::core
