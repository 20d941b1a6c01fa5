#include "tests/unit/scheduler/core/rule/random_rule.h"

#include <algorithm>
#include <set>

namespace scheduler::core {
namespace {

// One to `most` numbers of [low, high] as bits.
uint64_t Bits(base::Random* random, int low, int high, uint64_t most) {
  uint64_t bits = 0;
  for (uint64_t n = 1 + random->Below(most); n > 0; --n) {
    bits |= uint64_t{1} << (low + static_cast<int>(random->Below(high - low + 1)));
  }
  return bits;
}

// One to `most` numbers of ±[1, high], sorted.
std::vector<int16_t> Signed(base::Random* random, int high, uint64_t most) {
  std::set<int16_t> numbers;
  for (uint64_t n = 1 + random->Below(most); n > 0; --n) {
    const auto number = static_cast<int16_t>(1 + random->Below(high));
    numbers.insert(static_cast<int16_t>(random->Percent(50) ? number : -number));
  }
  return {numbers.begin(), numbers.end()};
}

void AddWeekdays(base::Random* random, RulePattern* p) {
  const bool ordinals = p->frequency >= RuleFrequency::kMonthly && !p->has_week_numbers();
  if (!ordinals || random->Percent(50)) p->weekdays = static_cast<uint8_t>(Bits(random, 0, 6, 3));
  if (!ordinals || random->Percent(40)) return;
  const bool of_year = p->frequency == RuleFrequency::kYearly && p->months == 0;
  std::set<NthWeekday> days;
  for (const int16_t nth : Signed(random, of_year ? 53 : 5, 3)) {
    days.insert({static_cast<int8_t>(nth), static_cast<uint8_t>(random->Below(7))});
  }
  p->nth_weekdays.assign(days.begin(), days.end());
}

void AddDays(base::Random* random, RulePattern* p) {
  const RuleFrequency f = p->frequency;
  const bool faster = f < RuleFrequency::kDaily;
  if (f == RuleFrequency::kYearly && random->Percent(25)) {
    p->week_numbers = random->Percent(60) ? Bits(random, 1, 53, 4) : 0;
    p->week_numbers_from_end = Bits(random, 1, 53, 3);
  }
  if (random->Percent(25)) p->months = static_cast<uint16_t>(Bits(random, 1, 12, 4));
  if (f != RuleFrequency::kWeekly && random->Percent(25)) {
    p->month_days = static_cast<uint32_t>(Bits(random, 1, 31, 5));
    if (random->Percent(50)) p->month_days_from_end = static_cast<uint32_t>(Bits(random, 1, 31, 3));
  }
  if ((f == RuleFrequency::kYearly || faster) && random->Percent(15)) {
    p->year_days = Signed(random, 366, 30);
  }
  if (random->Percent(40)) AddWeekdays(random, p);
}

template <typename Bits>
void Print(std::ostream& out, const char* name, Bits set, const char* sign = "") {
  if (set == 0) return;
  out << ';' << name << '=';
  for (int n = 0; n < 64; ++n) {
    if ((uint64_t{set} >> n & 1) != 0) out << sign << n << ' ';
  }
}

}  // namespace

RulePattern RandomPattern(RuleFrequency frequency, base::Random* random) {
  RulePattern p;
  p.frequency = frequency;
  if (random->Percent(50)) p.interval = static_cast<int64_t>(1 + random->Below(40));
  if (random->Percent(10)) p.interval = static_cast<int64_t>(1 + random->Below(4000));
  AddDays(random, &p);
  if (random->Percent(30)) p.hours = static_cast<uint32_t>(Bits(random, 0, 23, 6));
  if (random->Percent(30)) p.minutes = Bits(random, 0, 59, 8);
  if (random->Percent(30)) p.seconds = Bits(random, 0, 59, 4);
  const bool by = p.hours != 0 || p.minutes != 0 || p.seconds != 0 || p.months != 0 ||
                  p.has_weekdays() || p.has_month_days();
  if (by && random->Percent(30)) p.set_positions = Signed(random, random->Percent(50) ? 3 : 20, 4);
  if (random->Percent(30)) p.week_start = static_cast<uint8_t>(random->Below(7));
  return p;
}

std::ostream& operator<<(std::ostream& out, const RulePattern& p) {
  out << "FREQ#" << static_cast<int>(p.frequency) << ";INTERVAL=" << p.interval;
  Print(out, "BYMONTH", p.months);
  Print(out, "BYWEEKNO", p.week_numbers);
  Print(out, "BYWEEKNO", p.week_numbers_from_end, "-");
  Print(out, "BYMONTHDAY", p.month_days);
  Print(out, "BYMONTHDAY", p.month_days_from_end, "-");
  Print(out, "BYDAY#", p.weekdays);
  for (const NthWeekday& day : p.nth_weekdays)
    out << ';' << int{day.nth} << '#' << int{day.weekday};
  if (!p.year_days.empty()) out << ";BYYEARDAY=";
  for (const int16_t day : p.year_days) out << day << ' ';
  Print(out, "BYHOUR", p.hours);
  Print(out, "BYMINUTE", p.minutes);
  Print(out, "BYSECOND", p.seconds);
  if (!p.set_positions.empty()) out << ";BYSETPOS=";
  for (const int16_t position : p.set_positions) out << position << ' ';
  return out << ";WKST#" << int{p.week_start};
}

}  // namespace scheduler::core
