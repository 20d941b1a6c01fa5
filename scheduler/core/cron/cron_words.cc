#include "scheduler/core/cron/cron_words.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/schedule/word_lists.h"

namespace scheduler::core {
namespace {

using base::StrCat;

constexpr std::array<const char*, 13> kMonths = {
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};
constexpr std::array<const char*, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 5> kNth = {"first", "second", "third", "fourth", "fifth"};

constexpr uint8_t kMondayToFriday = BitRange(1, 5);
constexpr uint8_t kWeekend = 1 | 1 << 6;

// From Monday on, as people do.
std::vector<int> WeekdaysFromMonday(uint8_t weekdays) {
  std::vector<int> values = ValuesOf(weekdays & ~1U);
  if (HasBit(weekdays, 0)) values.push_back(0);
  return values;
}

std::vector<std::string> MonthNames(const CronPattern& pattern) {
  std::vector<std::string> names;
  for (const int month : ValuesOf(pattern.months)) names.emplace_back(kMonths[month]);
  return names;
}

bool NamesEveryMonth(const CronPattern& pattern) { return pattern.months == BitRange(1, 12); }

// "in March and May", "from June to August".
std::string InMonths(const CronPattern& pattern) {
  const std::vector<std::string> names = MonthNames(pattern);
  if (StepOf(ValuesOf(pattern.months)) == 1) {
    return StrCat("from ", names.front(), " to ", names.back());
  }
  return StrCat("in ", JoinWords(names));
}

// "of the month", "of March and May".
std::string OfMonth(const CronPattern& pattern) {
  return NamesEveryMonth(pattern) ? " of the month"
                                  : StrCat(" of ", JoinWords(MonthNames(pattern)));
}

// ---- day of month -----------------------------------------------------------------------------

std::string FixedDays(uint32_t days) {
  const std::vector<int> values = ValuesOf(days);
  const int step = StepOf(values);
  if (step > 1 && values.size() > 4) {
    return StrCat("every ", Ordinal(step), " day from the ", Ordinal(values.front()), " to the ",
                  Ordinal(values.back()));
  }
  return StrCat("the ", ListWords(values, Ordinal));
}

std::string BeforeLast(int days) {
  if (days == 0) return "the last day";
  return StrCat("the ", days == 1 ? std::string() : StrCat(Ordinal(days), " "),
                "day before the last day");
}

// Each kind of day that the day of month names: "the 1st and 15th", "the last day".
std::vector<std::string> DayParts(const CronDays& days) {
  std::vector<std::string> parts;
  if (days.days != 0) parts.push_back(FixedDays(days.days));
  for (const int day : ValuesOf(days.nearest)) {
    parts.push_back(StrCat("the workday nearest to the ", Ordinal(day)));
  }
  for (const int before : ValuesOf(days.from_last)) parts.push_back(BeforeLast(before));
  if (days.last_workday) parts.emplace_back("the last workday");
  return parts;
}

// ---- weekday ----------------------------------------------------------------------------------

// "first Monday", "last Friday".
std::vector<std::string> NthWeekdays(const CronDays& days) {
  std::vector<std::string> parts;
  for (size_t n = 0; n < days.nth.size(); ++n) {
    for (const int weekday : WeekdaysFromMonday(days.nth[n])) {
      parts.push_back(StrCat(kNth[n], " ", kWeekdays[weekday]));
    }
  }
  for (const int weekday : WeekdaysFromMonday(days.last)) {
    parts.push_back(StrCat("last ", kWeekdays[weekday]));
  }
  return parts;
}

// "weekdays", "Mondays and Fridays"; empty if the pattern names none but n-th ones.
std::string PlainWeekdays(uint8_t weekdays) {
  if (weekdays == kMondayToFriday) return "weekdays";
  if (weekdays == kWeekend) return "weekends";
  std::vector<std::string> names;
  for (const int weekday : WeekdaysFromMonday(weekdays)) {
    names.push_back(StrCat(kWeekdays[weekday], "s"));
  }
  return JoinWords(names);
}

// "on Mondays", "on the first Monday of March and on Fridays".
std::string OnWeekdays(const CronPattern& pattern) {
  const std::vector<std::string> nth = NthWeekdays(pattern.days);
  std::string text;
  if (!nth.empty()) text = StrCat("on the ", JoinWords(nth), OfMonth(pattern));
  const std::string plain = PlainWeekdays(pattern.days.weekdays);
  if (plain.empty()) return text;
  return StrCat(text, text.empty() ? "on " : " and on ", plain,
                NamesEveryMonth(pattern) ? "" : StrCat(" ", InMonths(pattern)));
}

// What a day must be besides: "a Monday or Friday", "the first Monday of the month".
std::string IfWeekday(const CronDays& days) {
  std::vector<std::string> kinds;
  if (days.weekdays == kMondayToFriday) {
    kinds.emplace_back("a weekday");
  } else {
    std::vector<std::string> names;
    for (const int weekday : WeekdaysFromMonday(days.weekdays))
      names.emplace_back(kWeekdays[weekday]);
    if (!names.empty()) kinds.push_back(StrCat("a ", JoinWords(names, "or")));
  }
  const std::vector<std::string> nth = NthWeekdays(days);
  if (!nth.empty()) kinds.push_back(StrCat("the ", JoinWords(nth, "or"), " of the month"));
  return JoinWords(kinds, "or");
}

// ---- together ---------------------------------------------------------------------------------

// "in 2027", "from 2025 to 2030", "in every 2nd year from 1970 to 2198".
std::string InYears(const CronYears& years) {
  const std::vector<int> values = years.Values();
  const int step = StepOf(values);
  if (step == 1) return StrCat("from ", values.front(), " to ", values.back());
  if (step > 1 && values.size() > 4) {
    return StrCat("in every ", Ordinal(step), " year from ", values.front(), " to ", values.back());
  }
  return StrCat("in ", ListWords(values, [](int year) { return StrCat(year); }));
}

// The days without the years; empty for every day.
std::string DayWords(const CronPattern& pattern) {
  const CronDays& days = pattern.days;
  if (days.any_day() && days.any_weekday()) {
    return NamesEveryMonth(pattern) ? "" : InMonths(pattern);
  }
  if (days.any_day()) return OnWeekdays(pattern);
  std::string by_day = StrCat("on ", JoinWords(DayParts(days)), OfMonth(pattern));
  if (days.any_weekday()) return by_day;
  if (days.either) return StrCat(by_day, " and ", OnWeekdays(pattern));
  return StrCat(by_day, " if that is ", IfWeekday(days));
}

}  // namespace

std::string DescribeDays(const CronPattern& pattern) {
  const bool every_day = pattern.days.any_day() && pattern.days.any_weekday();
  std::string text = DayWords(pattern);
  if (every_day && !absl::StrContains(DescribeTime(pattern), "every")) {
    text = text.empty() ? "every day" : StrCat("every day ", text);
  }
  if (pattern.years == CronYears::All()) return text;
  return StrCat(text, text.empty() ? "" : ", ", InYears(pattern.years));
}

std::string Describe(const CronPattern& pattern) {
  const std::string days = DescribeDays(pattern);
  return days.empty() ? DescribeTime(pattern) : StrCat(DescribeTime(pattern), " ", days);
}

}  // namespace scheduler::core
