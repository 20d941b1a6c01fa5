#ifndef SCHEDULER_ENGINE_BACKFILL_H_
#define SCHEDULER_ENGINE_BACKFILL_H_

#include <cstdint>

#include "scheduler/core/model.h"
#include "scheduler/engine/shard.h"

namespace scheduler::engine {

// The occurrences of a backfill are those of the job's schedule in its range, without what the job
// excludes. They are not bound by start_time, which gives an interval its phase and is where a rule
// begins to count.

// How many lie after the cursor, or some number above limits::kMaxBackfillRuns.
int64_t CountBackfill(const Shard& s, Slot slot, const core::Backfill& backfill)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_BACKFILL_H_
