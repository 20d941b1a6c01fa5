#ifndef SCHEDULER_CORE_RULE_RULE_VALUES_H_
#define SCHEDULER_CORE_RULE_RULE_VALUES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/rule/rule_text.h"

// The values inside an RFC 5545 line. Each function reads one from the cursor, or gives
// INVALID_ARGUMENT with its place.
namespace scheduler::core {

// DATE 20270131, local DATE-TIME 20270131T090000, or UTC 20270131T090000Z, years 1 to 9999. The date
// must exist; second 60 is read as 59.
absl::StatusOr<RuleTime> TakeRuleTime(RuleCursor* cursor);

// MO, TU, WE, TH, FR, SA, SU: 0 … 6.
absl::StatusOr<uint8_t> TakeWeekday(RuleCursor* cursor);

// The range of a part's numbers, and its name for errors.
struct NumberRange {
  std::string_view part;
  int low = 0;
  int high = 0;
  bool negative = false;  // -high … -low too
};

// A comma-separated list of numbers, as they stand.
absl::StatusOr<std::vector<int>> TakeNumbers(RuleCursor* cursor, const NumberRange& range);

// BYDAY's list: weekdays, each with or without an ordinal.
absl::Status TakeWeekdays(RuleCursor* cursor, RulePattern* pattern);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_VALUES_H_
