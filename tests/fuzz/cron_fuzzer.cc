// Any bytes as a cron pattern, in some zone, with some policy.

#include <string>

#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_schedule.h"
#include "scheduler/core/cron/cron_words.h"
#include "tests/fuzz/schedule_checks.h"

namespace core = scheduler::core;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Bytes bytes(data, size);
  const absl::TimeZone zone = fuzz::ZoneOf(bytes.Take());
  const uint8_t choice = bytes.Take();
  const int64_t at = fuzz::InstantOf(bytes.Take());
  const auto pattern = core::ParseCron(bytes.Rest(), choice);
  if (!pattern.ok()) {
    fuzz::Require(!pattern.status().message().empty(), "an error says what is wrong");
    return 0;
  }
  const std::string canonical = pattern->Canonical();
  // As the engine reads it: the seed has no say any more.
  const auto again = core::ParseCron(canonical, 0);
  fuzz::Require(again.ok() && *again == *pattern, "the canonical form means the pattern");
  fuzz::Require(again->Canonical() == canonical, "equal patterns have one canonical form");
  fuzz::Require(!core::Describe(*pattern).empty(), "every pattern has words");
  const core::DstPolicy policy = {(choice & 1) != 0 ? core::DstGap::kSkip : core::DstGap::kRunAfter,
                                  (choice & 2) != 0 ? core::DstFold::kBoth : core::DstFold::kFirst};
  const core::CronSchedule schedule(*pattern, zone, policy);
  fuzz::CheckAround(schedule, core::ScheduleContext(), at);
  const bool fires = schedule.Next(core::ScheduleContext(), -1).has_value();
  fuzz::Require(pattern->CanMatch() || !fires, "what cannot match never fires");
  return 0;
}
