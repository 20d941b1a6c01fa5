#ifndef SCHEDULER_CORE_REQUESTED_SKIPS_H_
#define SCHEDULER_CORE_REQUESTED_SKIPS_H_

#include <vector>

#include "scheduler/core/planner.h"

namespace scheduler::core {

// The plan of a job of which single occurrences are to be skipped by request. These become records of
// their own when they are due and everything before them is decided; one that lies within a stretch
// of missed occurrences is part of it.
//
// `input.schedule` has the skipped occurrences still. `skipped`: nominal times, sorted, distinct; what
// is no occurrence of the schedule counts for nothing.
Plan MakePlan(const PlanInput& input, const std::vector<Millis>& skipped);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_REQUESTED_SKIPS_H_
