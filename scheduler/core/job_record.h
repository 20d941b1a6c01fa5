#ifndef SCHEDULER_CORE_JOB_RECORD_H_
#define SCHEDULER_CORE_JOB_RECORD_H_

#include <cstdint>

#include "scheduler/core/ids.h"
#include "scheduler/core/model.h"

namespace scheduler::core {

// What every resident job costs beside its timer, its tag and its place in the tag index: one cache
// line with all that firing needs. Policies, product and env are one interned profile, the event an
// interned id; what few jobs have (counters other than the run number, an end time, notes) stands in
// the shard's side table, and open runs in its table of active jobs.
struct JobRecord {
  Uid uid = 0;
  Millis start_time = 0;    // the phase
  int64_t pattern = 0;      // the interval in ms, or with kHasPattern the id of a shared Schedule
  Millis cursor = 0;        // the last decided nominal time
  int64_t last_number = 0;  // of the last record
  int64_t executions = 0;   // 0: unlimited
  uint32_t event = 0;       // interned EventKey
  uint32_t profile = 0;     // interned Profile
  uint32_t text = 0;        // where the tag, short name and short input stand
  JobState state = JobState::kActive;
  uint8_t flags = 0;
  uint16_t reserved = 0;
};

static_assert(sizeof(JobRecord) == 64, "a job is one cache line");

// JobRecord::flags.
inline constexpr uint8_t kHasPattern = 1;   // `pattern` is an id
inline constexpr uint8_t kHasSide = 2;      // there is an entry in the side table
inline constexpr uint8_t kHasActive = 4;    // there are open runs
inline constexpr uint8_t kTextOnDisk = 8;   // input or name are in the catalog row only
inline constexpr uint8_t kFixedDelay = 16;  // IntervalMode::kFixedDelay

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_JOB_RECORD_H_
