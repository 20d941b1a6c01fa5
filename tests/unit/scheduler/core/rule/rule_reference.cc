#include "tests/unit/scheduler/core/rule/rule_reference.h"

#include <algorithm>
#include <cstdlib>

#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

using absl::CivilDay;
using absl::CivilSecond;

int Weekday(CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

bool Bit(uint64_t set, int n) { return n >= 0 && n < 64 && (set >> n & 1) != 0; }

CivilDay WeekBegin(CivilDay day, int week_start) {
  while (Weekday(day) != week_start) --day;
  return day;
}

// The year that has most of the week's days.
int64_t YearOfWeek(CivilDay week_begin) {
  int in_first_year = 0;
  for (int i = 0; i < 7; ++i) in_first_year += (week_begin + i).year() == week_begin.year();
  return in_first_year >= 4 ? week_begin.year() : week_begin.year() + 1;
}

// floor(x / n), by counting where it would be rounded up.
int64_t Floor(int64_t x, int64_t n) { return x / n - (x % n < 0 ? 1 : 0); }

}  // namespace

bool RuleReference::AdmitsWeekday(CivilDay day) const {
  if (Bit(pattern_.weekdays, Weekday(day))) return true;
  const bool of_year = pattern_.frequency == RuleFrequency::kYearly && pattern_.months == 0;
  const auto in_scope = [&](CivilDay other) {
    return other.year() == day.year() && (of_year || other.month() == day.month());
  };
  int from_start = 0;
  int from_end = 0;
  for (CivilDay other = day; in_scope(other); other -= 7) ++from_start;
  for (CivilDay other = day; in_scope(other); other += 7) ++from_end;
  return std::any_of(
      pattern_.nth_weekdays.begin(), pattern_.nth_weekdays.end(), [&](const NthWeekday& nth) {
        return nth.weekday == Weekday(day) && (nth.nth == from_start || nth.nth == -from_end);
      });
}

bool RuleReference::AdmitsWeekNumber(CivilDay day) const {
  const CivilDay begin = WeekBegin(day, pattern_.week_start);
  const int64_t year = YearOfWeek(begin);
  int number = 0;
  int from_end = 0;
  for (CivilDay week = begin; YearOfWeek(week) == year; week -= 7) ++number;
  for (CivilDay week = begin; YearOfWeek(week) == year; week += 7) ++from_end;
  return Bit(pattern_.week_numbers, number) || Bit(pattern_.week_numbers_from_end, from_end);
}

// What the start gives where the rule names no day.
bool RuleReference::ByDefault(CivilDay day) const {
  const CivilDay start(start_);
  switch (pattern_.frequency) {
    case RuleFrequency::kWeekly:
      return Weekday(day) == Weekday(start);
    case RuleFrequency::kMonthly:
      return day.day() == start.day();
    case RuleFrequency::kYearly:
      if (pattern_.has_week_numbers()) return Weekday(day) == Weekday(start);
      return day.day() == start.day() && (pattern_.months != 0 || day.month() == start.month());
    default:
      return true;
  }
}

bool RuleReference::AdmitsDay(CivilDay day) const {
  const RulePattern& p = pattern_;
  if (p.months != 0 && !Bit(p.months, day.month())) return false;
  if (p.has_week_numbers() && !AdmitsWeekNumber(day)) return false;
  if (!p.year_days.empty()) {
    const auto from_start = day - CivilDay(day.year(), 1, 1) + 1;
    const auto from_end = CivilDay(day.year(), 12, 31) - day + 1;
    const auto is_it = [&](int n) { return n == from_start || n == -from_end; };
    if (std::none_of(p.year_days.begin(), p.year_days.end(), is_it)) return false;
  }
  if (p.has_month_days()) {
    const CivilDay last = CivilDay(absl::CivilMonth(day) + 1) - 1;
    if (!Bit(p.month_days, day.day()) && !Bit(p.month_days_from_end, last.day() - day.day() + 1)) {
      return false;
    }
  }
  if (p.has_weekdays() && !AdmitsWeekday(day)) return false;
  const bool has_day = p.has_weekdays() || p.has_month_days() || !p.year_days.empty();
  return has_day || ByDefault(day);
}

bool RuleReference::AdmitsTime(CivilSecond time) const {
  const RulePattern& p = pattern_;
  const auto part = [&](uint64_t set, int value, int of_start, RuleFrequency own) {
    return set != 0 ? Bit(set, value) : p.frequency <= own || value == of_start;
  };
  return part(p.hours, time.hour(), start_.hour(), RuleFrequency::kHourly) &&
         part(p.minutes, time.minute(), start_.minute(), RuleFrequency::kMinutely) &&
         part(p.seconds, time.second(), start_.second(), RuleFrequency::kSecondly);
}

CivilSecond RuleReference::PeriodBegin(CivilSecond time) const {
  switch (pattern_.frequency) {
    case RuleFrequency::kYearly:
      return CivilSecond(absl::CivilYear(time));
    case RuleFrequency::kMonthly:
      return CivilSecond(absl::CivilMonth(time));
    case RuleFrequency::kWeekly:
      return CivilSecond(WeekBegin(CivilDay(time), pattern_.week_start));
    case RuleFrequency::kDaily:
      return CivilSecond(CivilDay(time));
    case RuleFrequency::kHourly:
      return CivilSecond(absl::CivilHour(time));
    case RuleFrequency::kMinutely:
      return CivilSecond(absl::CivilMinute(time));
    default:
      return time;
  }
}

int64_t RuleReference::PeriodOf(CivilSecond time) const {
  const CivilSecond begin = PeriodBegin(time);
  const CivilSecond zero = PeriodBegin(CivilSecond(2000, 1, 1));
  switch (pattern_.frequency) {
    case RuleFrequency::kYearly:
      return begin.year();
    case RuleFrequency::kMonthly:
      return absl::CivilMonth(begin) - absl::CivilMonth(zero);
    case RuleFrequency::kWeekly:
      return (CivilDay(begin) - CivilDay(zero)) / 7;
    case RuleFrequency::kDaily:
      return CivilDay(begin) - CivilDay(zero);
    case RuleFrequency::kHourly:
      return absl::CivilHour(begin) - absl::CivilHour(zero);
    case RuleFrequency::kMinutely:
      return absl::CivilMinute(begin) - absl::CivilMinute(zero);
    default:
      return begin - zero;
  }
}

void RuleReference::AppendDay(CivilDay day, std::vector<CivilSecond>* out) const {
  // What a whole hour or minute is refused for, its seconds are not asked one by one.
  RuleReference hours = *this;
  hours.pattern_.minutes = hours.pattern_.seconds = (uint64_t{1} << 60) - 1;
  RuleReference minutes = *this;
  minutes.pattern_.seconds = (uint64_t{1} << 60) - 1;
  for (int hour = 0; hour < 24; ++hour) {
    if (!hours.AdmitsTime(CivilSecond(CivilDay(day)) + hour * 3600)) continue;
    for (int minute = 0; minute < 60; ++minute) {
      const CivilSecond begin = CivilSecond(CivilDay(day)) + hour * 3600 + minute * 60;
      if (!minutes.AdmitsTime(begin)) continue;
      for (int second = 0; second < 60; ++second) {
        const CivilSecond time = begin + second;
        const bool counted = (PeriodOf(time) - PeriodOf(start_)) % pattern_.interval == 0;
        if (counted && AdmitsTime(time)) out->push_back(time);
      }
    }
  }
}

// Of the times of each whole period those that BYSETPOS names.
std::vector<CivilSecond> RuleReference::Chosen(const std::vector<CivilSecond>& all) const {
  if (pattern_.set_positions.empty()) return all;
  std::map<int64_t, std::vector<CivilSecond>> periods;
  for (const CivilSecond time : all) periods[PeriodOf(time)].push_back(time);
  std::set<CivilSecond> chosen;
  for (const auto& [number, times] : periods) {
    const auto size = static_cast<int64_t>(times.size());
    for (const int16_t position : pattern_.set_positions) {
      if (std::abs(position) > size) continue;
      chosen.insert(times[static_cast<size_t>(position > 0 ? position - 1 : size + position)]);
    }
  }
  return {chosen.begin(), chosen.end()};
}

std::vector<CivilSecond> RuleReference::LocalTimes(CivilSecond from, CivilSecond to) const {
  std::vector<CivilSecond> all;
  // Whole periods, as BYSETPOS looks at them: a year and more on both sides if need be.
  const bool positions = !pattern_.set_positions.empty();
  const CivilDay first = positions ? CivilDay(PeriodBegin(from)) : CivilDay(from);
  CivilDay last(to);
  if (positions) {
    while (PeriodOf(CivilSecond(last + 1)) == PeriodOf(to)) ++last;
  }
  for (CivilDay day = first; day <= last; ++day) {
    if (AdmitsDay(day)) AppendDay(day, &all);
  }
  std::vector<CivilSecond> chosen = Chosen(all);
  std::erase_if(chosen, [&](CivilSecond time) { return time < from || time >= to; });
  return chosen;
}

std::vector<int64_t> RuleReference::PolicyInstants(int64_t from, int64_t to,
                                                   const absl::TimeZone& zone,
                                                   DstPolicy policy) const {
  const std::vector<CivilSecond> local =
      LocalTimes(std::max(LocalOf(from, zone) - 2 * 86400, start_), LocalOf(to, zone) + 2 * 86400);
  const std::set<CivilSecond> named(local.begin(), local.end());
  std::vector<int64_t> out;
  for (int64_t t = from; t < to; ++t) {
    const CivilSecond shown = LocalOf(t, zone);
    const CivilSecond before = LocalOf(t - 1, zone);
    bool is_one =
        named.contains(shown) && (policy.fold == DstFold::kBoth || Resolve(shown, zone).first == t);
    if (shown > before + 1 && policy.gap == DstGap::kRunAfter) {
      const auto skipped = named.upper_bound(before);
      is_one |= skipped != named.end() && *skipped < shown;
    }
    if (is_one) out.push_back(t);
  }
  return out;
}

std::vector<int64_t> RuleReference::RealInstants(int64_t from, int64_t to,
                                                 const absl::TimeZone& zone, int64_t start) const {
  int64_t unit = 1;
  if (pattern_.frequency == RuleFrequency::kMinutely) unit = 60;
  if (pattern_.frequency == RuleFrequency::kHourly) unit = 3600;
  const int64_t start_offset = LocalOf(start, zone) - CivilSecond() - start;
  std::vector<int64_t> out;
  for (int64_t t = from; t < to; ++t) {
    const CivilSecond shown = LocalOf(t, zone);
    const int64_t offset = shown - CivilSecond() - t;
    const int64_t turned = (offset - start_offset) / unit;
    const int64_t passed =
        Floor(shown - CivilSecond(), unit) - Floor(start_ - CivilSecond(), unit) - turned;
    if (passed % pattern_.interval == 0 && AdmitsTime(shown) && AdmitsDay(CivilDay(shown))) {
      out.push_back(t);
    }
  }
  return out;
}

}  // namespace scheduler::core
