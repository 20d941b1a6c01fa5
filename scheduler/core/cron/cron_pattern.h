#ifndef SCHEDULER_CORE_CRON_CRON_PATTERN_H_
#define SCHEDULER_CORE_CRON_CRON_PATTERN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "scheduler/core/cron/cron_days.h"
#include "scheduler/core/cron/cron_fields.h"
#include "scheduler/core/schedule/zoned_times.h"

namespace scheduler::core {

// A cron pattern: a set of local times from 1970-01-01 00:00:00 to 2199-12-31 23:59:59, as masks of
// the values that each field allows. A plain value, made by ParseCron; equal where the fields allow
// the same. The default one matches every minute.
//
// The evaluator jumps from field to field. A call looks at the day masks of months until one has a
// day: some tens of nanoseconds where a near month does, and a few microseconds where none ever does.
//
// Invariant: no mask is empty, and `days` is Normalized.
struct CronPattern {
  uint64_t seconds = 1;                // bit s: second s
  uint64_t minutes = BitRange(0, 59);  // bit m: minute m
  uint32_t hours = BitRange(0, 23);    // bit h: hour h
  CronDays days;                       //
  uint16_t months = BitRange(1, 12);   // bit m: month m, 1 … 12
  CronYears years = CronYears::All();

  // The first match later than `after`, the last match earlier than `before`.
  std::optional<absl::CivilSecond> NextMatch(absl::CivilSecond after) const;
  std::optional<absl::CivilSecond> PreviousMatch(absl::CivilSecond before) const;

  // How many matches lie in [from, to); by arithmetic on days, however many they are.
  int64_t CountMatches(absl::CivilSecond from, absl::CivilSecond to) const;

  // Whether there is any match at all, in any year.
  bool CanMatch() const;

  // Whether every hour is allowed: then the pattern follows real time through clock changes.
  bool RunsEveryHour() const { return hours == BitRange(0, 23); }

  // The pattern as text that ParseCron reads back as an equal one, whatever its seed: 5 fields, or 6
  // and 7 where seconds and years ask for them; `H` as the value it stands for. Equal patterns give
  // equal texts.
  std::string Canonical() const;

  friend bool operator==(const CronPattern&, const CronPattern&) = default;
};

// A pattern as what ZonedTimes takes. A view: the pattern must outlive it.
class CronTimes final : public LocalTimes {
 public:
  explicit CronTimes(const CronPattern& pattern) : pattern_(pattern) {}

  std::optional<absl::CivilSecond> Next(absl::CivilSecond after) const override {
    return pattern_.NextMatch(after);
  }
  std::optional<absl::CivilSecond> Previous(absl::CivilSecond before) const override {
    return pattern_.PreviousMatch(before);
  }
  int64_t Count(absl::CivilSecond from, absl::CivilSecond to) const override {
    return pattern_.CountMatches(from, to);
  }

 private:
  const CronPattern& pattern_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_PATTERN_H_
