#ifndef SCHEDULER_CORE_PLANNER_H_
#define SCHEDULER_CORE_PLANNER_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "scheduler/core/model.h"
#include "scheduler/core/schedule/schedule.h"

// The planner: what a job's schedule asks for at one moment. Pure: a snapshot in, decisions out; the
// loop turns them into transitions. It never looks at how long a server was down: only the cursor
// and the time count.
//
// With cursor c and time t, occurrences after c that are due in (…, t − 1 s] are old and go through
// catch-up; those due in (t − 1 s, t] are fresh and go through overlap.
namespace scheduler::core {

inline constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

// Reasons of SKIPPED and MISSED records.
inline constexpr std::string_view kReasonOverlap = "OVERLAP";
inline constexpr std::string_view kReasonBufferFull = "BUFFER_FULL";
inline constexpr std::string_view kReasonPaused = "PAUSED";
inline constexpr std::string_view kReasonCatchup = "CATCHUP";
inline constexpr std::string_view kReasonRequested = "REQUESTED";

struct PlanInput {
  const Schedule* schedule = nullptr;
  ScheduleContext context;
  Millis cursor = 0;
  Millis now = 0;
  int64_t remaining = kUnlimited;  // executions left
  OverlapPolicy overlap;
  CatchupPolicy catchup;
  int active = 0;         // runs that have not ended, whatever made them
  bool buffered = false;  // one of them waits in the buffer
};

struct PlannedRun {
  Occurrence occurrence;
  Trigger trigger = Trigger::kSchedule;
  bool buffered = false;
};

struct PlannedStretch {
  Millis first = 0;
  Millis last = 0;
  int64_t count = 0;
};

// To be carried out in this order: missed, runs, skip; each of `requested` before the first of them
// that lies after it.
struct Plan {
  std::optional<PlannedStretch> missed;
  // Nominal times that are recorded as skipped since a client asked for it: core/requested_skips.h.
  absl::InlinedVector<Millis, 1> requested;
  absl::InlinedVector<PlannedRun, 1> runs;
  // A stretch of SKIPPED begins with this occurrence; its end is decided when a run ends.
  struct Skip {
    Millis nominal = 0;
    std::string_view reason;
  };
  std::optional<Skip> skip;

  enum class Next {
    kArm,        // plan again at `wake`
    kWait,       // plan again when a run ends
    kExhausted,  // no further occurrence: completed once no run is active
  };
  Next next = Next::kArm;
  Millis wake = base::kNever;
};

Plan MakePlan(const PlanInput& input);

// What one occurrence may do under an overlap policy.
enum class Admission { kStart, kBuffer, kSkipOverlap, kSkipBufferFull };
Admission Admit(const OverlapPolicy& overlap, int active, bool buffered);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_PLANNER_H_
