#include "scheduler/core/rule/rule_positions.h"

#include <algorithm>
#include <bit>

namespace scheduler::core {
namespace {

void AppendDays(const RuleMonth& month, uint32_t mask, std::vector<int64_t>* out) {
  for (; mask != 0; mask &= mask - 1) out->push_back(month.first_day + std::countr_zero(mask));
}

}  // namespace

std::vector<int64_t> IndexesAt(const std::vector<int16_t>& positions, int64_t size) {
  std::vector<int64_t> indexes;
  for (const int64_t position : positions) {
    const int64_t index = position > 0 ? position - 1 : size + position;
    if (index >= 0 && index < size) indexes.push_back(index);
  }
  std::sort(indexes.begin(), indexes.end());
  indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  return indexes;
}

RulePositions::RulePositions(const RulePattern& pattern, absl::CivilSecond start)
    : frequency_(pattern.frequency),
      interval_(pattern.interval),
      week_start_(pattern.week_start),
      start_period_(PeriodOf(DayNumber(absl::CivilDay(start)))),
      positions_(pattern.set_positions) {}

// Periods are numbered one after another.
int64_t RulePositions::PeriodOf(int64_t day) const {
  if (frequency_ == RuleFrequency::kWeekly) return WeekOf(day, week_start_);
  const RuleMonth month = RuleMonth::Of(day);
  return frequency_ == RuleFrequency::kYearly ? month.year : month.year * 12 + month.month - 1;
}

// The admitted days of a period.
std::vector<int64_t> RulePositions::DaysOf(const RuleDays& days, int64_t period) const {
  std::vector<int64_t> out;
  if (frequency_ == RuleFrequency::kMonthly) {
    const RuleMonth month(FloorDiv(period, 12), static_cast<int>(FloorMod(period, 12)) + 1);
    AppendDays(month, days.InMonth(month), &out);
  } else if (frequency_ == RuleFrequency::kYearly) {
    for (int number = 1; number <= 12; ++number) {
      const RuleMonth month(period, number);
      AppendDays(month, days.InMonth(month), &out);
    }
  } else {
    const int64_t begin = period * 7 - 3 + week_start_;
    const RuleMonth month = RuleMonth::Of(begin);
    AppendDays(month, days.InMonth(month), &out);
    if (begin + 6 > month.last_day()) {
      const RuleMonth next = month.Next();
      AppendDays(next, days.InMonth(next), &out);
    }
    std::erase_if(out, [begin](int64_t day) { return day < begin || day > begin + 6; });
  }
  return out;
}

std::vector<int64_t> RulePositions::TimesOf(const RuleDays& days, const RuleTimes& times,
                                            int64_t period) const {
  const std::vector<int64_t> admitted = DaysOf(days, period);
  const int64_t per_day = times.inside().size();
  std::vector<int64_t> out;
  const auto size = static_cast<int64_t>(admitted.size()) * per_day;
  for (const int64_t index : IndexesAt(positions_, size)) {
    out.push_back(admitted[static_cast<size_t>(index / per_day)] * kDaySeconds +
                  times.inside().At(static_cast<int>(index % per_day)));
  }
  return out;
}

std::optional<int64_t> RulePositions::First(const RuleDays& days, const RuleTimes& times,
                                            int64_t from, int64_t to) const {
  if (from >= to) return std::nullopt;
  const int64_t last = PeriodOf(FloorDiv(to - 1, kDaySeconds));
  int64_t period = PeriodOf(FloorDiv(from, kDaySeconds));
  period += FloorMod(start_period_ - period, interval_);
  for (; period <= last; period += interval_) {
    const std::vector<int64_t> found = TimesOf(days, times, period);
    const auto it = std::lower_bound(found.begin(), found.end(), from);
    if (it != found.end()) return *it < to ? std::optional(*it) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<int64_t> RulePositions::Last(const RuleDays& days, const RuleTimes& times,
                                           int64_t from, int64_t to) const {
  if (from >= to) return std::nullopt;
  const int64_t first = PeriodOf(FloorDiv(from, kDaySeconds));
  int64_t period = PeriodOf(FloorDiv(to - 1, kDaySeconds));
  period -= FloorMod(period - start_period_, interval_);
  for (; period >= first; period -= interval_) {
    const std::vector<int64_t> found = TimesOf(days, times, period);
    const auto it = std::lower_bound(found.begin(), found.end(), to);
    if (it != found.begin()) return *(it - 1) >= from ? std::optional(*(it - 1)) : std::nullopt;
  }
  return std::nullopt;
}

int64_t RulePositions::Count(const RuleDays& days, const RuleTimes& times, int64_t from,
                             int64_t to) const {
  if (from >= to) return 0;
  const int64_t last = PeriodOf(FloorDiv(to - 1, kDaySeconds));
  int64_t period = PeriodOf(FloorDiv(from, kDaySeconds));
  period += FloorMod(start_period_ - period, interval_);
  int64_t count = 0;
  for (; period <= last; period += interval_) {
    const std::vector<int64_t> found = TimesOf(days, times, period);
    count += std::count_if(found.begin(), found.end(),
                           [=](int64_t time) { return time >= from && time < to; });
  }
  return count;
}

}  // namespace scheduler::core
