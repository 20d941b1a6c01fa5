#ifndef TESTS_UNIT_SCHEDULER_CORE_CRON_CRON_REFERENCE_H_
#define TESTS_UNIT_SCHEDULER_CORE_CRON_CRON_REFERENCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/base/random.h"
#include "scheduler/core/model.h"
#include "scheduler/core/schedule/zoned_times.h"

// Cron by definition, slow and obvious: to hold the fast one against.
namespace tests {

// Whether a time matches, decided from the text of the pattern for this one time: no masks, no
// jumps. Takes well-formed patterns without H and nicknames.
class CronReference {
 public:
  explicit CronReference(const std::string& text);

  bool Matches(absl::CivilSecond local) const;
  // Every hour is named, as the text says it.
  bool RunsEveryHour() const;

 private:
  std::vector<std::string> fields_;  // seven
};

// The instants in [begin, end) at which the pattern runs in a zone: walks the time line second by
// second, or minute by minute where `step` is 60, and asks what the clocks show.
std::vector<scheduler::core::ZonedTime> ZonedReference(const CronReference& cron,
                                                       const absl::TimeZone& zone,
                                                       scheduler::core::DstPolicy policy,
                                                       int64_t begin, int64_t end, int step);

// A well-formed pattern without H: 5, 6 or 7 fields, dense enough to be met soon.
std::string RandomCronText(scheduler::base::Random& random);

}  // namespace tests

#endif  // TESTS_UNIT_SCHEDULER_CORE_CRON_CRON_REFERENCE_H_
