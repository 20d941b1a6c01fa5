#ifndef SCHEDULER_CORE_RULE_RULE_WORDS_H_
#define SCHEDULER_CORE_RULE_RULE_WORDS_H_

#include <string>

#include "scheduler/core/rule/rule_pattern.h"

namespace scheduler::core {

// The rule in English, as a clause without a full stop:
//
//   every second week on Monday and Friday at 09:00
//   every month on the last Sunday at 02:30, 10 times
//   every month on Monday to Friday at 18:00, of these the second-to-last
//   every 15 minutes in the hours 9 to 16
//
// What the rule leaves to its start is said as such only where it decides the day; the time of day is
// left out. The zone is not named.
std::string Describe(const RecurrenceRule& rule);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_WORDS_H_
