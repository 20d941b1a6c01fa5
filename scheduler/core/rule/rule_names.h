#ifndef SCHEDULER_CORE_RULE_RULE_NAMES_H_
#define SCHEDULER_CORE_RULE_RULE_NAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"

// English for the numbers in rules, beside word_lists.h.
namespace scheduler::core {

// The numbers of `set`, bit n for n, each by `name`; three or more in a row as "5 to 8".
std::vector<std::string> NamesOf(uint64_t set, absl::FunctionRef<std::string(int)> name);

// "first" … "tenth", "11th", "22nd"; of negative numbers "last", "second-to-last", "12th-to-last".
std::string OrdinalWord(int n);

// "Monday" for 0; "January" for 1.
std::string WeekdayName(int weekday);
std::string MonthName(int month);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_NAMES_H_
