#ifndef SCHEDULER_CORE_RULE_RULE_SCHEDULE_H_
#define SCHEDULER_CORE_RULE_RULE_SCHEDULE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/core/model.h"
#include "scheduler/core/rule/rule_dates.h"
#include "scheduler/core/rule/rule_instants.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/schedule/schedule.h"

namespace scheduler::core {

// The times of a calendar rule (RFC 5545), between the job's start_time and the end of 2199.
//
// The start_time, rounded up to a second, is the rule's DTSTART: it gives the time of day and the
// day where the rule leaves them out, and the phase of INTERVAL; COUNT counts from it. What differs
// from RFC 5545:
//   - The start itself is a time of the rule only if the rule names it.
//   - A local time that clocks skip or repeat is settled by the job's dst_policy, as for cron
//     patterns; the RFC moves a skipped time by the length of the gap and runs the first pass.
//   - HOURLY and faster rules without BYHOUR follow real time (FollowsRealTime).
//   - UNTIL may be UTC, local or a date, whatever the start is; a date includes its day.
//   - A start_time before the year 1 or after 2199 has no times.
// The set is (RRULE ∪ RDATE) \ EXDATE; an RDATE that the rule names anyway is one time, not two.
//
// Work of a call: Next and Previous jump to their argument and take less than a microsecond where a
// time is near; where none is, one mask of days a month up to 2199. Each EXDATE that falls on a
// time looked at adds one more search. Count makes one mask a month and one step a clock change; where
// INTERVAL counts less than a day, it looks once into each day that begins at another place of the
// count. It never walks over times.
class RuleSchedule final : public Schedule {
 public:
  // Finds the last time of a COUNT, here alone: up to some milliseconds for rules that take two
  // centuries to get there.
  RuleSchedule(const RecurrenceRule& rule, Millis start_time, DstPolicy policy);

  // `context.start_time` is the rule's own in a job; another cuts times off and changes no phase.
  std::optional<Occurrence> Next(const ScheduleContext& context, Millis after) const override;
  std::optional<Occurrence> Previous(const ScheduleContext& context, Millis before) const override;
  int64_t Count(const ScheduleContext& context, Millis from, Millis to) const override;

 private:
  std::optional<ZonedTime> NextOfRule(int64_t after) const;
  std::optional<ZonedTime> PreviousOfRule(int64_t before) const;
  int64_t CountOfRule(int64_t from, int64_t to) const;
  void AddDates(const RecurrenceRule& rule, int64_t start, DstPolicy policy);

  std::optional<RuleInstants> instants_;  // none without an RRULE
  RuleExclusions exclusions_;
  std::vector<ZonedTime> added_;  // RDATE, without what is excluded or named by the rule
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_SCHEDULE_H_
