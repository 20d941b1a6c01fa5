#ifndef TESTS_UNIT_SCHEDULER_CORE_RULE_RANDOM_RULE_H_
#define TESTS_UNIT_SCHEDULER_CORE_RULE_RANDOM_RULE_H_

#include <ostream>

#include "scheduler/base/random.h"
#include "scheduler/core/rule/rule_pattern.h"

namespace scheduler::core {

// A pattern that the parser could give, without COUNT and UNTIL: each part there or not, small sets.
RulePattern RandomPattern(RuleFrequency frequency, base::Random* random);

// The pattern as RRULE text, for test output.
std::ostream& operator<<(std::ostream& out, const RulePattern& pattern);

}  // namespace scheduler::core

#endif  // TESTS_UNIT_SCHEDULER_CORE_RULE_RANDOM_RULE_H_
