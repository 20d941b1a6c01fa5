// Says when schedules run, for comparison with other implementations (cron_oracle.py).
//
// Reads lines "pattern|zone|start_ms" and writes for each one line: the next five times after
// start_ms in milliseconds UTC, separated by spaces, fewer if there are no more; "never" if the
// pattern names no day of any year; or "error: " and the reason. Options:
//   --gap=run_after|skip  --fold=first|both     the policy; by default that of a job
//   --count=N                                   times a line, instead of five

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_schedule.h"

namespace {

using scheduler::core::CronSchedule;
using scheduler::core::DstFold;
using scheduler::core::DstGap;
using scheduler::core::DstPolicy;
using scheduler::core::Millis;

struct Options {
  DstPolicy policy;
  int count = 5;
};

std::string Answer(const std::string& line, const Options& options) {
  const size_t first = line.find('|');
  const size_t second = line.find('|', first + 1);
  if (first == std::string::npos || second == std::string::npos) return "error: no such line";
  const auto pattern = scheduler::core::ParseCron(line.substr(0, first), 0);
  if (!pattern.ok()) return "error: " + std::string(pattern.status().message());
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(line.substr(first + 1, second - first - 1), &zone)) {
    return "error: no such zone";
  }
  if (!pattern->CanMatch()) return "never";
  const CronSchedule schedule(*pattern, zone, options.policy);
  std::string answer;
  Millis after = std::strtoll(line.c_str() + second + 1, nullptr, 10);
  for (int i = 0; i < options.count; ++i) {
    const auto next = schedule.Next({0, -scheduler::base::kNever}, after);
    if (!next) break;
    if (i > 0) answer += ' ';
    answer += std::to_string(next->nominal);
    after = next->nominal;
  }
  return answer;
}

bool Read(std::string_view argument, Options* options) {
  if (argument == "--gap=run_after") {
    options->policy.gap = DstGap::kRunAfter;
  } else if (argument == "--gap=skip") {
    options->policy.gap = DstGap::kSkip;
  } else if (argument == "--fold=first") {
    options->policy.fold = DstFold::kFirst;
  } else if (argument == "--fold=both") {
    options->policy.fold = DstFold::kBoth;
  } else if (argument.substr(0, 8) == "--count=") {
    options->count = std::atoi(std::string(argument.substr(8)).c_str());
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  Options options;
  for (const std::string_view argument : std::vector<std::string_view>(argv + 1, argv + argc)) {
    if (!Read(argument, &options)) {
      std::cerr << "unknown argument: " << argument << '\n';
      return 2;
    }
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << Answer(line, options) << '\n';
  return 0;
}
