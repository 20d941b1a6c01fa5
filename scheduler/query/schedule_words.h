#ifndef SCHEDULER_QUERY_SCHEDULE_WORDS_H_
#define SCHEDULER_QUERY_SCHEDULE_WORDS_H_

#include <string>

#include "scheduler/base/millis.h"
#include "scheduler/core/model.h"
#include "scheduler/engine/shared_schedule.h"

namespace scheduler::query {

// "1 h 30 min", "250 ms": exact. REQUIRES: millis > 0.
std::string DurationWords(base::Millis millis);

// What a job's schedule says, in English: "at 09:00 on weekdays, Europe/Berlin", "every 1 h 30 min".
// `pattern`: what engine::ParsePattern gives for it.
std::string DescribeSchedule(const core::JobSpec& spec, const engine::ParsedPattern& pattern);

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_SCHEDULE_WORDS_H_
