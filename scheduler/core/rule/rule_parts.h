#ifndef SCHEDULER_CORE_RULE_RULE_PARTS_H_
#define SCHEDULER_CORE_RULE_RULE_PARTS_H_

#include "absl/status/statusor.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/rule/rule_text.h"

namespace scheduler::core {

// Reads the value of an RRULE, "FREQ=WEEKLY;BYDAY=MO", to the end of the cursor's line. Parts stand
// in any order, each once. What RFC 5545 3.3.10 forbids is INVALID_ARGUMENT with the place of the
// part:
//   FREQ is required; UNTIL and COUNT exclude each other;
//   BYDAY has ordinals in MONTHLY and YEARLY alone, and not beside BYWEEKNO;
//   BYMONTHDAY is not for WEEKLY; BYYEARDAY is not for DAILY, WEEKLY and MONTHLY;
//   BYWEEKNO is for YEARLY alone; BYSETPOS needs another BY part.
absl::StatusOr<RulePattern> TakeRulePattern(RuleCursor* cursor);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_PARTS_H_
