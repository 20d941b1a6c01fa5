#ifndef SCHEDULER_CORE_RULE_RULE_PARSER_H_
#define SCHEDULER_CORE_RULE_RULE_PARSER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "scheduler/core/rule/rule_pattern.h"

namespace scheduler::core {

// Reads a calendar rule as RFC 5545 writes it: content lines, one below the other, in any order.
//
//   RRULE:FREQ=WEEKLY;BYDAY=MO,FR    at most one; the bare value FREQ=… is an RRULE too
//   RDATE:20270131T090000,…          times added; a date stands for that day at the start's time
//   EXDATE;VALUE=DATE:20271224,…     times taken away, of RRULE and RDATE alike; a date takes away
//                                    all that fall on it
//
// Names are read in any case; folded lines are unfolded; empty lines are passed over. There is at
// least one RRULE or RDATE. Times are UTC (…Z) or local times of `zone`; a parameter TZID may name
// `zone` and no other. A time span (VALUE=PERIOD), DTSTART, whose place is taken by the job's
// start_time and time_zone, and RFC 5545's other properties are refused.
//
// INVALID_ARGUMENT for field "rule": the place, as a character's number from 1, and what would be
// right there. FIELD_TOO_LARGE for texts above limits::kMaxRuleBytes; RDATE and EXDATE hold up to
// limits::kMaxRuleDates values each. Work and memory are linear in the length of the text.
absl::StatusOr<RecurrenceRule> ParseRule(std::string_view text, absl::TimeZone zone);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_PARSER_H_
