#ifndef SCHEDULER_QUERY_SCHEDULE_WARNINGS_H_
#define SCHEDULER_QUERY_SCHEDULE_WARNINGS_H_

#include <string>
#include <vector>

#include "scheduler/core/model.h"
#include "scheduler/engine/shared_schedule.h"

namespace scheduler::query {

using base::Millis;

// What the owner of a schedule may not expect of it: the first local time within two years of `from`
// that a clock change leaves out, the first that it repeats, and months that a cron pattern names and
// never meets.
// `pattern`: what engine::ParsePattern gives for it. REQUIRES: start_time is set, if it has a cron
// or a rule.
std::vector<std::string> WarningsOf(const core::JobSpec& spec, const engine::ParsedPattern& pattern,
                                    Millis from);

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_SCHEDULE_WARNINGS_H_
