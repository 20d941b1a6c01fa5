// What one next time of a schedule costs: prints one line of JSON.
//
//   bench_schedules cron FILE FROM UNTIL MOST    steps through each cron pattern of the file
//   bench_schedules rule FILE FROM UNTIL MOST    through each calendar rule, which starts at FROM
//   bench_schedules worst FILE    finds the dearest call of the file's cron patterns, under any
//                                 dst_policy and under the default one
//
// FROM and UNTIL in seconds since 1970; at most MOST times of each are stepped through.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_schedule.h"
#include "scheduler/core/rule/rule_parser.h"
#include "scheduler/core/rule/rule_schedule.h"
#include "tests/bench/schedules/walk.h"
#include "tests/bench/schedules/worst.h"

namespace {

using bench::Case;
using bench::Stretch;
using scheduler::core::DstFold;
using scheduler::core::DstGap;
using scheduler::core::DstPolicy;
using scheduler::core::Schedule;

[[noreturn]] void Refuse(const Case& named, const absl::Status& status) {
  std::fprintf(stderr, "bench_schedules: %s: %s\n", named.pattern.c_str(),
               std::string(status.message()).c_str());
  std::exit(1);
}

std::unique_ptr<Schedule> CronOf(const Case& named, const Stretch& /*stretch*/) {
  const auto pattern = scheduler::core::ParseCron(named.pattern, 0);
  if (!pattern.ok()) Refuse(named, pattern.status());
  return std::make_unique<scheduler::core::CronSchedule>(*pattern, named.zone, DstPolicy());
}

std::unique_ptr<Schedule> RuleOf(const Case& named, const Stretch& stretch) {
  const auto rule = scheduler::core::ParseRule(named.pattern, named.zone);
  if (!rule.ok()) Refuse(named, rule.status());
  return std::make_unique<scheduler::core::RuleSchedule>(*rule, stretch.from, DstPolicy());
}

template <typename Make>
int WalkAll(char** argv, const Make& make) {
  Stretch stretch;
  if (!absl::SimpleAtoi(argv[3], &stretch.from) || !absl::SimpleAtoi(argv[4], &stretch.until) ||
      !absl::SimpleAtoi(argv[5], &stretch.most)) {
    std::fprintf(stderr, "bench_schedules: FROM UNTIL MOST are numbers\n");
    return 2;
  }
  stretch.from *= scheduler::base::kSecond;
  stretch.until *= scheduler::base::kSecond;
  std::cout << R"({"cases":[)";
  const char* separator = "";
  for (const Case& named : bench::ReadCases(argv[2])) {
    const bench::Walk walk = WalkThrough(*make(named, stretch), named.zone, stretch);
    std::cout << separator
              << absl::StrFormat(
                     R"({"pattern":"%s","times":%d,"sum":%d,"ns":%.1f,"limit_ns":%.1f})",
                     named.pattern, walk.times, walk.sum, walk.ns, walk.limit_ns);
    separator = ",";
  }
  std::cout << "]}\n";
  return 0;
}

std::string Described(const bench::WorstCall& call) {
  return absl::StrFormat(
      R"({"ns":%.1f,"pattern":"%s","zone":"%s","gap":"%s","fold":"%s","after":%d,"next":%s,)"
      R"("searched":%d})",
      call.ns, call.pattern.pattern, call.pattern.zone_name,
      call.policy.gap == DstGap::kSkip ? "skip" : "run after",
      call.policy.fold == DstFold::kBoth ? "both" : "first", call.after / 1000,
      call.next ? absl::StrCat(*call.next / 1000) : "null", call.searched);
}

int Worst(const char* file) {
  const std::vector<Case> cases = bench::ReadCases(file);
  const bench::WorstCall by_default = bench::FindWorst(cases, {DstPolicy()});
  const bench::WorstCall of_all = bench::FindWorst(cases, {DstPolicy(),
                                                           {DstGap::kRunAfter, DstFold::kBoth},
                                                           {DstGap::kSkip, DstFold::kFirst},
                                                           {DstGap::kSkip, DstFold::kBoth}});
  std::cout << R"({"worst":)" << Described(of_all) << R"(,"by_default":)" << Described(by_default)
            << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "cron" && argc == 6) return WalkAll(argv, CronOf);
  if (command == "rule" && argc == 6) return WalkAll(argv, RuleOf);
  if (command == "worst" && argc == 3) return Worst(argv[2]);
  std::fprintf(stderr, "usage: bench_schedules cron|rule FILE FROM UNTIL MOST | worst FILE\n");
  return 2;
}
