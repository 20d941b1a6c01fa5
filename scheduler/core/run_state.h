#ifndef SCHEDULER_CORE_RUN_STATE_H_
#define SCHEDULER_CORE_RUN_STATE_H_

#include <cstdint>

namespace scheduler::core {

// Values as in the API's Run.State. QUEUED and RUNNING live in memory only: after a restart an open
// run is QUEUED again.
//
//   from \ to        QUEUED RUNNING RETRY COMPLETED FAILED CANCELLED SKIPPED MISSED
//   (new)              x                                               x      x      or SCHEDULED
//   SCHEDULED          x                                       x              x
//   QUEUED                    x              x         x       x              x     SCHEDULED: held
//   RUNNING            x             x       x         x       x
//   RETRY_SCHEDULED    x                               x       x
//
// QUEUED → COMPLETED and FAILED: the event is gone, or a target answered before its start was seen.
// RUNNING → QUEUED: redelivery after a worker was lost. Terminal states are final.
enum class RunState : uint8_t {
  kScheduled = 1,
  kQueued = 2,
  kRunning = 3,
  kRetryScheduled = 4,
  kCompleted = 5,
  kFailed = 6,
  kCancelled = 7,
  kSkipped = 8,
  kMissed = 9,
};

constexpr bool IsTerminal(RunState state) { return state >= RunState::kCompleted; }

// Whether the table above allows `from` → `to`.
bool IsAllowed(RunState from, RunState to);

// "SCHEDULED", …
const char* RunStateName(RunState state);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RUN_STATE_H_
