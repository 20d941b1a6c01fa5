#include "scheduler/core/rule/rule_names.h"

#include <array>
#include <string_view>

#include "scheduler/base/strings.h"
#include "scheduler/core/schedule/word_lists.h"

namespace scheduler::core {

std::vector<std::string> NamesOf(uint64_t set, absl::FunctionRef<std::string(int)> name) {
  const auto has = [set](int n) { return n < 64 && (set >> n & 1) != 0; };
  std::vector<std::string> names;
  for (int n = 0; n < 64; ++n) {
    if (!has(n)) continue;
    int end = n;
    while (has(end + 1)) ++end;
    if (end - n >= 2) {
      names.push_back(base::StrCat(name(n), " to ", name(end)));
      n = end;
    } else {
      names.push_back(name(n));
    }
  }
  return names;
}

std::string OrdinalWord(int n) {
  static constexpr std::array<std::string_view, 11> kWords = {
      "",      "first",   "second", "third", "fourth", "fifth",
      "sixth", "seventh", "eighth", "ninth", "tenth"};
  if (n == -1) return "last";
  if (n < 0) return OrdinalWord(-n) + "-to-last";
  const auto index = static_cast<size_t>(n);
  return index < kWords.size() ? std::string(kWords[index]) : Ordinal(n);
}

std::string WeekdayName(int weekday) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  return std::string(kNames[static_cast<size_t>(weekday)]);
}

std::string MonthName(int month) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return std::string(kNames[static_cast<size_t>(month - 1)]);
}

}  // namespace scheduler::core
