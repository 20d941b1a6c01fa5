#include "scheduler/core/schedule/word_lists.h"

#include <bit>

#include "scheduler/base/strings.h"

namespace scheduler::core {

using base::StrCat;

std::string Ordinal(int number) {
  const int last = number % 10;
  const bool teens = number % 100 / 10 == 1;
  const char* ending = "th";
  if (!teens && last == 1) ending = "st";
  if (!teens && last == 2) ending = "nd";
  if (!teens && last == 3) ending = "rd";
  return StrCat(number, ending);
}

std::string JoinWords(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? StrCat(" ", last, " ") : ", ";
    text += words[i];
  }
  return text;
}

std::string ListWords(const std::vector<int>& values, const std::function<std::string(int)>& word) {
  std::vector<std::string> words;
  for (size_t i = 0; i < values.size();) {
    size_t end = i + 1;
    while (end < values.size() && values[end] == values[end - 1] + 1) ++end;
    if (end - i >= 3) {
      words.push_back(StrCat(word(values[i]), " to ", word(values[end - 1])));
      i = end;
    } else {
      words.push_back(word(values[i++]));
    }
  }
  return JoinWords(words);
}

std::vector<int> ValuesOf(uint64_t bits) {
  std::vector<int> values;
  for (; bits != 0; bits &= bits - 1) values.push_back(std::countr_zero(bits));
  return values;
}

int StepOf(const std::vector<int>& values) {
  if (values.size() < 3) return 0;
  const int step = values[1] - values[0];
  for (size_t i = 2; i < values.size(); ++i) {
    if (values[i] - values[i - 1] != step) return 0;
  }
  return step;
}

}  // namespace scheduler::core
