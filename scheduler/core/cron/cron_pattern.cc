#include "scheduler/core/cron/cron_pattern.h"

#include <algorithm>
#include <bit>

namespace scheduler::core {
namespace {

using absl::CivilSecond;
using Local = std::optional<CivilSecond>;

constexpr CivilSecond kBegin(kFirstCronYear, 1, 1);
constexpr CivilSecond kEnd(kLastCronYear + 1, 1, 1);
constexpr CivilSecond kBeforeBegin = kBegin - 1;

// REQUIRES: kBeforeBegin ≤ local ≤ kEnd.
int YearOf(CivilSecond local) { return static_cast<int>(local.year()); }

// A day that matches, or none: year, month, day.
struct Day {
  int year = 0;
  int month = 0;
  int day = 0;

  explicit operator bool() const { return day != 0; }
};

CivilSecond At(const Day& day, int hour, int minute, int second) {
  return CivilSecond(day.year, day.month, day.day, hour, minute, second);
}

CivilSecond FirstOn(const CronPattern& p, const Day& day) {
  return At(day, FirstBit(p.hours, 0), FirstBit(p.minutes, 0), FirstBit(p.seconds, 0));
}

CivilSecond LastOn(const CronPattern& p, const Day& day) {
  return At(day, LastBitBelow(p.hours, 24), LastBitBelow(p.minutes, 60),
            LastBitBelow(p.seconds, 60));
}

// The first match on this day with a time > hour:minute:second.
Local LaterOn(const CronPattern& p, const Day& day, int hour, int minute, int second) {
  if (HasBit(p.hours, hour)) {
    if (HasBit(p.minutes, minute)) {
      const int next = FirstBit(p.seconds, second + 1);
      if (next != kNoBit) return At(day, hour, minute, next);
    }
    const int next = FirstBit(p.minutes, minute + 1);
    if (next != kNoBit) return At(day, hour, next, FirstBit(p.seconds, 0));
  }
  const int next = FirstBit(p.hours, hour + 1);
  if (next == kNoBit) return std::nullopt;
  return At(day, next, FirstBit(p.minutes, 0), FirstBit(p.seconds, 0));
}

// The last match on this day with a time < hour:minute:second.
Local EarlierOn(const CronPattern& p, const Day& day, int hour, int minute, int second) {
  if (HasBit(p.hours, hour)) {
    if (HasBit(p.minutes, minute)) {
      const int previous = LastBitBelow(p.seconds, second);
      if (previous >= 0) return At(day, hour, minute, previous);
    }
    const int previous = LastBitBelow(p.minutes, minute);
    if (previous >= 0) return At(day, hour, previous, LastBitBelow(p.seconds, 60));
  }
  const int previous = LastBitBelow(p.hours, hour);
  if (previous < 0) return std::nullopt;
  return At(day, previous, LastBitBelow(p.minutes, 60), LastBitBelow(p.seconds, 60));
}

// Which calendars were looked at in vain. A whole year is one of 14: it begins on one of seven
// weekdays and is a leap year or none; so a search that finds nothing ends after as many.
class SeenCalendars {
 public:
  // Whether this year's calendar was here before.
  bool Again(int year) {
    const uint32_t bit = uint32_t{1} << (WeekdayOfFirst(year, 1) + (MonthLength(year, 2) - 28) * 7);
    const bool again = (seen_ & bit) != 0;
    seen_ |= bit;
    return again;
  }

 private:
  uint32_t seen_ = 0;
};

// The first matching day from the beginning of this month on; month 13 is next year's first.
Day DayFrom(const CronPattern& p, int year, int month) {
  SeenCalendars seen;
  for (int allowed = p.years.From(year); allowed <= kLastCronYear;
       allowed = p.years.From(allowed + 1)) {
    if (allowed != year) month = 1;
    if (month == 1 && seen.Again(allowed)) continue;
    for (int m = FirstBit(p.months, month); m != kNoBit; m = FirstBit(p.months, m + 1)) {
      const uint32_t days = DaysOfMonth(p.days, allowed, m);
      if (days != 0) return {allowed, m, std::countr_zero(days)};
    }
  }
  return {};
}

// The last matching day until the end of this month; month 0 is last year's last.
Day DayUntil(const CronPattern& p, int year, int month) {
  SeenCalendars seen;
  for (int allowed = p.years.Until(year); allowed >= kFirstCronYear;
       allowed = p.years.Until(allowed - 1)) {
    if (allowed != year) month = 12;
    if (month == 12 && seen.Again(allowed)) continue;
    for (int m = LastBitBelow(p.months, month + 1); m > 0; m = LastBitBelow(p.months, m)) {
      const uint32_t days = DaysOfMonth(p.days, allowed, m);
      if (days != 0) return {allowed, m, 31 - std::countl_zero(days)};
    }
  }
  return {};
}

// The matching days of the month of `local`; none where its year or month is not allowed.
uint32_t DaysAround(const CronPattern& p, CivilSecond local) {
  const int year = YearOf(local);
  if (!p.years.Has(year) || !HasBit(p.months, local.month())) return 0;
  return DaysOfMonth(p.days, year, local.month());
}

// ---- counting ---------------------------------------------------------------------------------

// How many times of a day lie before the time of `local`.
int64_t TimesBefore(const CronPattern& p, CivilSecond local) {
  const auto below = [](uint64_t bits, int n) {
    return std::popcount(bits & ((uint64_t{1} << n) - 1));
  };
  const int64_t in_minute = std::popcount(p.seconds);
  const int64_t in_hour = std::popcount(p.minutes) * in_minute;
  int64_t count = below(p.hours, local.hour()) * in_hour;
  if (!HasBit(p.hours, local.hour())) return count;
  count += below(p.minutes, local.minute()) * in_minute;
  if (!HasBit(p.minutes, local.minute())) return count;
  return count + below(p.seconds, local.second());
}

// How many matching days lie from the day of `from` on and before the day of `to`.
int64_t DaysBetween(const CronPattern& p, CivilSecond from, CivilSecond to) {
  int64_t count = -std::popcount(DaysAround(p, from) & ((uint32_t{1} << from.day()) - 1)) +
                  std::popcount(DaysAround(p, to) & ((uint32_t{1} << to.day()) - 1));
  // Whole months, from that of `from` on and before that of `to`.
  const int last_year = std::min(YearOf(to), kLastCronYear);
  for (int year = p.years.From(YearOf(from)); year <= last_year; year = p.years.From(year + 1)) {
    const int month = year == YearOf(from) ? from.month() : 1;
    const int end = year == YearOf(to) ? to.month() : 13;
    for (int m = FirstBit(p.months, month); m < end; m = FirstBit(p.months, m + 1)) {
      count += std::popcount(DaysOfMonth(p.days, year, m));
    }
  }
  return count;
}

}  // namespace

std::optional<CivilSecond> CronPattern::NextMatch(CivilSecond after) const {
  after = std::max(after, kBeforeBegin);
  if (after >= kEnd) return std::nullopt;
  const int year = YearOf(after);
  const uint32_t days_around = DaysAround(*this, after);
  if (HasBit(days_around, after.day())) {
    const Day today{year, after.month(), after.day()};
    const Local later = LaterOn(*this, today, after.hour(), after.minute(), after.second());
    if (later) return later;
  }
  const int day = FirstBit(days_around, after.day() + 1);
  if (day != kNoBit) return FirstOn(*this, {year, after.month(), day});
  const Day next = DayFrom(*this, year, after.month() + 1);
  if (!next) return std::nullopt;
  return FirstOn(*this, next);
}

std::optional<CivilSecond> CronPattern::PreviousMatch(CivilSecond before) const {
  before = std::min(before, kEnd);
  if (before <= kBegin) return std::nullopt;
  const int year = YearOf(before);
  const uint32_t days_around = DaysAround(*this, before);
  if (HasBit(days_around, before.day())) {
    const Day today{year, before.month(), before.day()};
    const Local earlier = EarlierOn(*this, today, before.hour(), before.minute(), before.second());
    if (earlier) return earlier;
  }
  const int day = LastBitBelow(days_around, before.day());
  if (day > 0) return LastOn(*this, {year, before.month(), day});
  const Day previous = DayUntil(*this, year, before.month() - 1);
  if (!previous) return std::nullopt;
  return LastOn(*this, previous);
}

int64_t CronPattern::CountMatches(CivilSecond from, CivilSecond to) const {
  from = std::max(from, kBegin);
  to = std::min(to, kEnd);
  if (to <= from) return 0;
  const int64_t in_day =
      int64_t{std::popcount(hours)} * std::popcount(minutes) * std::popcount(seconds);
  int64_t count = 0;
  if (HasBit(DaysAround(*this, from), from.day())) count -= TimesBefore(*this, from);
  if (HasBit(DaysAround(*this, to), to.day())) count += TimesBefore(*this, to);
  if (absl::CivilDay(from) == absl::CivilDay(to)) return count;
  return count + in_day * DaysBetween(*this, from, to);
}

bool CronPattern::CanMatch() const { return static_cast<bool>(DayFrom(*this, kFirstCronYear, 1)); }

}  // namespace scheduler::core
