#ifndef SCHEDULER_CORE_RULE_RULE_PATTERN_H_
#define SCHEDULER_CORE_RULE_RULE_PATTERN_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

// A calendar rule as RFC 5545 writes it (RRULE, RDATE, EXDATE), as plain values. rule_parser.h reads
// it from text, rule_schedule.h gives its times, rule_words.h says it in English.
namespace scheduler::core {

// Values in the order of length, so that `frequency >= kDaily` asks for days and longer.
enum class RuleFrequency : uint8_t {
  kSecondly,
  kMinutely,
  kHourly,
  kDaily,
  kWeekly,
  kMonthly,
  kYearly,
};

// Weekdays count from 0, Monday, to 6, Sunday, as absl::Weekday does.

// A weekday with its ordinal: 1MO is the first Monday, -1SU the last Sunday, of the month or the
// year. `nth` is ±1 … ±53.
struct NthWeekday {
  int8_t nth = 0;
  uint8_t weekday = 0;

  friend auto operator<=>(const NthWeekday&, const NthWeekday&) = default;
};

// A DATE or DATE-TIME value. Local ones are read in the job's time zone.
struct RuleTime {
  enum class Kind : uint8_t { kDate, kLocal, kUtc };
  Kind kind = Kind::kLocal;
  absl::CivilSecond civil;  // kDate: midnight

  friend bool operator==(const RuleTime&, const RuleTime&) = default;
};

// One RRULE. Each BY part is a set, empty (0) where the rule does not have it. Bit n stands for the
// number n; `…_from_end` hold the negative numbers, bit n for -n.
struct RulePattern {
  RuleFrequency frequency = RuleFrequency::kDaily;
  int64_t interval = 1;  // 1 … 2^31-1 periods
  std::optional<int64_t> count;
  std::optional<RuleTime> until;  // inclusive; a date includes its day

  uint64_t seconds = 0;  // 0 … 59; the parser reads 60 as 59, as RFC 5545 3.3.12 asks
  uint64_t minutes = 0;
  uint32_t hours = 0;
  uint8_t weekdays = 0;                  // BYDAY without ordinal, bit 0 is Monday
  std::vector<NthWeekday> nth_weekdays;  // BYDAY with ordinal; sorted, distinct
  uint32_t month_days = 0;               // 1 … 31
  uint32_t month_days_from_end = 0;      // 1 … 31
  std::vector<int16_t> year_days;        // ±1 … ±366; sorted, distinct
  uint64_t week_numbers = 0;             // 1 … 53
  uint64_t week_numbers_from_end = 0;    // 1 … 53
  uint16_t months = 0;                   // 1 … 12
  std::vector<int16_t> set_positions;    // ±1 … ±366; sorted, distinct
  uint8_t week_start = 0;                // WKST

  bool has_weekdays() const { return weekdays != 0 || !nth_weekdays.empty(); }
  bool has_month_days() const { return (month_days | month_days_from_end) != 0; }
  bool has_week_numbers() const { return (week_numbers | week_numbers_from_end) != 0; }

  friend bool operator==(const RulePattern&, const RulePattern&) = default;
};

// All lines of a job's rule, in the zone that its local times are read in.
struct RecurrenceRule {
  absl::TimeZone zone;
  std::optional<RulePattern> pattern;
  std::vector<RuleTime> dates;     // RDATE
  std::vector<RuleTime> excluded;  // EXDATE

  friend bool operator==(const RecurrenceRule&, const RecurrenceRule&) = default;
};

// Whether the rule follows the time that passes, not what the clocks of its zone show: HOURLY and
// faster without BYHOUR. Such a rule goes through both passes of a repeated hour, and its INTERVAL
// counts hours, minutes or seconds that have passed.
inline bool FollowsRealTime(const RulePattern& pattern) {
  return pattern.frequency <= RuleFrequency::kHourly && pattern.hours == 0;
}

// `pattern` with what it leaves out taken from the local time of its start, as RFC 5545 3.3.10 says:
// the second, minute and hour of periods that are longer; for WEEKLY the weekday, for MONTHLY the
// day of the month, for YEARLY day and month, or the weekday if it has BYWEEKNO. Afterwards seconds,
// minutes and hours are never empty; a day part that is empty admits every day.
RulePattern CompletedFrom(absl::CivilSecond start, RulePattern pattern);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_PATTERN_H_
