// Any bytes as a calendar rule, in some zone, from some start, with some policy.

#include "scheduler/core/rule/rule_parser.h"
#include "scheduler/core/rule/rule_schedule.h"
#include "scheduler/core/rule/rule_words.h"
#include "tests/fuzz/schedule_checks.h"

namespace core = scheduler::core;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Bytes bytes(data, size);
  const absl::TimeZone zone = fuzz::ZoneOf(bytes.Take());
  const uint8_t choice = bytes.Take();
  core::ScheduleContext context;
  context.start_time = fuzz::InstantOf(bytes.Take());
  const int64_t at = fuzz::InstantOf(bytes.Take());
  const auto rule = core::ParseRule(bytes.Rest(), zone);
  if (!rule.ok()) {
    fuzz::Require(!rule.status().message().empty(), "an error says what is wrong");
    return 0;
  }
  fuzz::Require(!core::Describe(*rule).empty(), "every rule has words");
  const core::DstPolicy policy = {(choice & 1) != 0 ? core::DstGap::kSkip : core::DstGap::kRunAfter,
                                  (choice & 2) != 0 ? core::DstFold::kBoth : core::DstFold::kFirst};
  const core::RuleSchedule schedule(*rule, context.start_time, policy);
  fuzz::CheckAround(schedule, context, at);
  return 0;
}
