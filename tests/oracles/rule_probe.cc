// Prints the times of calendar rules, for tests/oracles/rule_oracle.py to compare.
//
// Input, a line a case: rule|zone|start_ms|after_ms, where the rule's own lines are separated by a
// backslash and an n. Output, a line a case: the next five times after after_ms in milliseconds,
// separated by blanks, or "error: …".
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "scheduler/core/rule/rule_parser.h"
#include "scheduler/core/rule/rule_schedule.h"

namespace {

using scheduler::core::Millis;

std::string Answer(const std::string& line) {
  const std::vector<std::string> fields = absl::StrSplit(line, '|');
  absl::TimeZone zone;
  Millis start = 0;
  Millis after = 0;
  if (fields.size() != 4 || !absl::LoadTimeZone(fields[1], &zone) ||
      !absl::SimpleAtoi(fields[2], &start) || !absl::SimpleAtoi(fields[3], &after)) {
    return "error: rule|zone|start_ms|after_ms";
  }
  const std::string text = absl::StrReplaceAll(fields[0], {{"\\n", "\n"}});
  const auto rule = scheduler::core::ParseRule(text, zone);
  if (!rule.ok()) return "error: " + std::string(rule.status().message());
  const scheduler::core::RuleSchedule schedule(*rule, start, {});
  const scheduler::core::ScheduleContext context{1, start};
  std::string answer;
  for (int i = 0; i < 5; ++i) {
    const auto next = schedule.Next(context, after);
    if (!next) break;
    after = next->nominal;
    answer += (i > 0 ? " " : "") + std::to_string(after);
  }
  return answer;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) std::cout << Answer(line) << '\n';
  return 0;
}
