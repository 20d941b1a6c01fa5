#include "scheduler/core/rule/rule_words.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/rule/rule_names.h"
#include "scheduler/core/schedule/word_lists.h"

namespace scheduler::core {
namespace {

using base::StrCat;

// Up to so many times of day are listed; more are told by hours and minutes.
constexpr int kMostTimes = 6;

// From the first on, then those counted from the end: 1, 2, -2, -1 are said as 1, 2, -1, -2.
bool IsSaidBefore(int a, int b) {
  if ((a < 0) != (b < 0)) return b < 0;
  return a < 0 ? a > b : a < b;
}

std::vector<std::string> Ordinals(std::vector<int16_t> numbers, std::string_view before) {
  std::sort(numbers.begin(), numbers.end(), IsSaidBefore);
  std::vector<std::string> names;
  names.reserve(numbers.size());
  for (const int16_t number : numbers) names.push_back(StrCat(before, OrdinalWord(number)));
  return names;
}

std::string Number(int n) { return StrCat(n); }

// "s" after a word for more than one.
std::string_view Plural(uint64_t set) { return std::has_single_bit(set) ? "" : "s"; }

std::string_view UnitName(RuleFrequency frequency) {
  switch (frequency) {
    case RuleFrequency::kSecondly:
      return "second";
    case RuleFrequency::kMinutely:
      return "minute";
    case RuleFrequency::kHourly:
      return "hour";
    case RuleFrequency::kDaily:
      return "day";
    case RuleFrequency::kWeekly:
      return "week";
    case RuleFrequency::kMonthly:
      return "month";
    case RuleFrequency::kYearly:
      break;
  }
  return "year";
}

std::string Period(const RulePattern& p) {
  const std::string_view unit = UnitName(p.frequency);
  if (p.interval == 1) return StrCat("every ", unit);
  // "every second second" would be none.
  if (p.interval == 2 && p.frequency != RuleFrequency::kSecondly) {
    return StrCat("every second ", unit);
  }
  return StrCat("every ", p.interval, " ", unit, "s");
}

// "Monday", "the first Monday", as they follow "on ".
std::string Weekdays(const RulePattern& p) {
  std::vector<std::string> names = NamesOf(p.weekdays, WeekdayName);
  std::vector<NthWeekday> nth = p.nth_weekdays;
  std::sort(nth.begin(), nth.end(), [](const NthWeekday& a, const NthWeekday& b) {
    return a.nth != b.nth ? IsSaidBefore(a.nth, b.nth) : a.weekday < b.weekday;
  });
  for (const NthWeekday& day : nth) {
    names.push_back(StrCat("the ", OrdinalWord(day.nth), " ", WeekdayName(day.weekday)));
  }
  const bool of_year = p.frequency == RuleFrequency::kYearly && p.months == 0;
  const bool of_month = p.frequency == RuleFrequency::kYearly && p.months != 0;
  std::string out = JoinWords(names);
  if (!p.nth_weekdays.empty() && of_year) out += " of the year";
  if (!p.nth_weekdays.empty() && of_month) out += " of the month";
  return out;
}

// "the 2nd", "the 7th to the 13th", "the last day" of a month.
std::vector<std::string> MonthDays(const RulePattern& p) {
  std::vector<std::string> names = NamesOf(p.month_days, [](int n) { return "the " + Ordinal(n); });
  for (int n = 1; n <= 31; ++n) {
    if ((p.month_days_from_end >> n & 1) == 0) continue;
    names.push_back(StrCat("the ", OrdinalWord(-n), " day"));
  }
  return names;
}

std::string Days(const RulePattern& p) {
  std::vector<std::string> conditions;
  if (p.has_weekdays()) conditions.push_back(Weekdays(p));
  if (p.has_month_days()) {
    const bool first = conditions.empty();
    std::string days = JoinWords(MonthDays(p), first ? "and" : "or");
    // Where the period does not say what month the day is of.
    const bool is_of_month = p.frequency == RuleFrequency::kMonthly || p.months != 0;
    if (first && !is_of_month) days += " of the month";
    conditions.push_back(std::move(days));
  }
  if (!p.year_days.empty()) {
    const bool first = conditions.empty();
    conditions.push_back(StrCat("the ", JoinWords(Ordinals(p.year_days, ""), first ? "and" : "or"),
                                " day of the year"));
  }
  std::string out;
  for (size_t i = 0; i < conditions.size(); ++i) {
    out += StrCat(i == 0 ? " on " : i == 1 ? " if it is " : " and ", conditions[i]);
  }
  return out;
}

// The days that the rule leaves to its start.
std::string DefaultDay(const RulePattern& p) {
  if (p.has_weekdays() || p.has_month_days() || !p.year_days.empty()) return "";
  if (p.frequency == RuleFrequency::kWeekly || p.has_week_numbers()) {
    return " on the weekday of the start";
  }
  if (p.frequency == RuleFrequency::kMonthly ||
      (p.frequency == RuleFrequency::kYearly && p.months != 0)) {
    return " on the start's day of the month";
  }
  return p.frequency == RuleFrequency::kYearly ? " on the date of the start" : "";
}

std::string Weeks(const RulePattern& p) {
  std::vector<std::string> names = NamesOf(p.week_numbers, Number);
  for (int n = 1; n <= 53; ++n) {
    if ((p.week_numbers_from_end >> n & 1) != 0) names.push_back("the " + OrdinalWord(-n));
  }
  if (names.empty()) return "";
  return StrCat(" in week", names.size() == 1 ? " " : "s ", JoinWords(names));
}

// "09:00 and 17:00", if hours and minutes are given and there are few of them; else empty.
std::string ClockTimes(const RulePattern& p) {
  const int seconds = p.seconds == 0 ? 1 : std::popcount(p.seconds);
  const int times = std::popcount(p.hours) * std::popcount(p.minutes) * seconds;
  if (times == 0 || times > kMostTimes) return "";
  std::vector<std::string> names;
  for (int hour = 0; hour < 24; ++hour) {
    for (int minute = 0; minute < 60; ++minute) {
      if ((p.hours >> hour & 1) == 0 || (p.minutes >> minute & 1) == 0) continue;
      const std::string clock = absl::StrFormat("%02d:%02d", hour, minute);
      if (p.seconds <= 1) names.push_back(clock);
      for (int second = 0; second < 60 && p.seconds > 1; ++second) {
        if ((p.seconds >> second & 1) == 0) continue;
        names.push_back(absl::StrFormat("%s:%02d", clock, second));
      }
    }
  }
  return JoinWords(names);
}

std::string Times(const RulePattern& p) {
  if (p.frequency >= RuleFrequency::kDaily) {
    const std::string clock = ClockTimes(p);
    if (!clock.empty()) return StrCat(" at ", clock);
  }
  std::string out;
  if (p.seconds > 1) {
    out += StrCat(" at second", Plural(p.seconds), " ", JoinWords(NamesOf(p.seconds, Number)));
  }
  if (p.minutes != 0) {
    out += StrCat(" at minute", Plural(p.minutes), " ", JoinWords(NamesOf(p.minutes, Number)));
  }
  if (p.hours != 0) {
    out += StrCat(" in the hour", Plural(p.hours), " ", JoinWords(NamesOf(p.hours, Number)));
  }
  return out;
}

std::string TimeText(const RuleTime& time) {
  const absl::CivilSecond t = time.civil;
  std::string out = absl::StrFormat("%04d-%02d-%02d", t.year(), t.month(), t.day());
  if (time.kind == RuleTime::Kind::kDate) return out;
  absl::StrAppendFormat(&out, " %02d:%02d", t.hour(), t.minute());
  if (t.second() != 0) absl::StrAppendFormat(&out, ":%02d", t.second());
  return time.kind == RuleTime::Kind::kUtc ? out + " UTC" : out;
}

std::string Choice(const RulePattern& p) {
  if (p.set_positions.empty()) return "";
  return StrCat(", of these ", JoinWords(Ordinals(p.set_positions, "the ")));
}

// Where the first day of the week decides, and is not the usual one.
std::string WeekStart(const RulePattern& p) {
  const bool decides =
      (p.frequency == RuleFrequency::kWeekly && (p.interval > 1 || !p.set_positions.empty())) ||
      p.has_week_numbers();
  if (!decides || p.week_start == 0) return "";
  return StrCat(", weeks starting on ", WeekdayName(p.week_start));
}

std::string Bound(const RulePattern& p) {
  if (p.count) return *p.count == 1 ? ", once" : StrCat(", ", *p.count, " times");
  return p.until ? StrCat(", until ", TimeText(*p.until)) : "";
}

std::string DescribePattern(const RulePattern& p) {
  std::string months;
  if (p.months != 0) months = StrCat(" in ", JoinWords(NamesOf(p.months, MonthName)));
  return StrCat(Period(p), months, Weeks(p), Days(p), DefaultDay(p), Times(p), Choice(p),
                WeekStart(p), Bound(p));
}

std::string DescribeTimes(const std::vector<RuleTime>& times) {
  if (static_cast<int>(times.size()) > kMostTimes) return StrCat(times.size(), " given times");
  std::vector<std::string> names;
  names.reserve(times.size());
  for (const RuleTime& time : times) names.push_back(TimeText(time));
  return JoinWords(names);
}

}  // namespace

std::string Describe(const RecurrenceRule& rule) {
  std::string out = rule.pattern ? DescribePattern(*rule.pattern) : "";
  if (!rule.dates.empty()) {
    out += StrCat(out.empty() ? "at " : ", also at ", DescribeTimes(rule.dates));
  }
  if (!rule.excluded.empty()) out += StrCat(", except ", DescribeTimes(rule.excluded));
  return out;
}

}  // namespace scheduler::core
