#ifndef SCHEDULER_CORE_SCHEDULE_WORD_LISTS_H_
#define SCHEDULER_CORE_SCHEDULE_WORD_LISTS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Lists of numbers and names in English, for schedules in words.
namespace scheduler::core {

// "1st", "2nd", "3rd", "11th", …
std::string Ordinal(int number);

// "a", "a and b", "a, b and c"; `last` stands before the last one.
std::string JoinWords(const std::vector<std::string>& words, std::string_view last = "and");

// Ascending values, each as `word` says it, with runs of three or more shortened:
// "1, 2 and 5 to 9". REQUIRES: not empty.
std::string ListWords(const std::vector<int>& values, const std::function<std::string(int)>& word);

// The bits that are set, ascending.
std::vector<int> ValuesOf(uint64_t bits);

// The distance between neighbours if it is the same for all of at least three values, else 0.
int StepOf(const std::vector<int>& values);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_WORD_LISTS_H_
