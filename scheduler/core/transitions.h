#ifndef SCHEDULER_CORE_TRANSITIONS_H_
#define SCHEDULER_CORE_TRANSITIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scheduler/core/model.h"

// Every decision of the engine, as a value. A loop decides, applies the transition to the registry
// and hands it to the committer; recovery applies the same values read from the journal. So the
// registry in memory is the fold of the journal by construction.
//
// Transitions hold results ("run 17 was created for 12:00"), never inputs to decide again.
namespace scheduler::core {

// A job was created (`is_new`) or its definition changed.
struct JobDefined {
  Uid uid = 0;
  bool is_new = false;
  int64_t generation = 1;
  JobState state = JobState::kActive;
  Millis start_time = 0;  // the phase in force
  Millis cursor = 0;      // the last decided nominal time
  Millis at = 0;
  // Without labels; without input where that is longer than limits::kInlineInputBytes.
  JobSpec spec;
  bool input_on_disk = false;  // the input is in the catalog row only
  // The definition before this one, which the runs that are open keep: whole, without labels. Null if
  // there are none.
  std::shared_ptr<const JobSpec> former;
};

// The job and its open runs are gone; the runs' ends precede this row.
struct JobDeleted {
  Uid uid = 0;
  Millis at = 0;
};

struct JobStateChanged {
  Uid uid = 0;
  JobState state = JobState::kActive;
  bool by_request = false;  // a client asked for it: a pause raises pause_count
  std::string reason;       // who or what: "PAUSED_BY_REQUEST", …
  std::string note;
  Millis at = 0;
};

// The cursor moved without a record; `start_time` is the phase from now on (it moves for
// FIXED_DELAY jobs).
struct CursorMoved {
  Uid uid = 0;
  Millis cursor = 0;
  Millis start_time = 0;
};

// What only some runs have of their own.
struct RunOrigin {
  std::string input_json;  // of a manual run; `has_input` tells it from none
  bool has_input = false;
  std::string actor;       // who asked, empty if the schedule did
  std::string note;        // why
  int64_t parent = 0;      // number of the run it repeats or hooks on, 0 if none
  Millis range_start = 0;  // of a backfill
  Millis range_end = 0;

  friend bool operator==(const RunOrigin&, const RunOrigin&) = default;
};

// A run was created. SCHEDULE and CATCHUP move the cursor to `nominal` and count as executions.
struct RunCreated {
  Uid uid = 0;
  int64_t number = 0;
  Millis nominal = 0;
  Millis due = 0;
  Millis at = 0;
  Trigger trigger = Trigger::kSchedule;
  bool buffered = false;  // SCHEDULED, waiting for the active run to end; else QUEUED
  int64_t generation = 1;
  std::shared_ptr<const RunOrigin> origin;  // null: nothing of its own
};

// A buffered run is handed to dispatch.
struct RunReleased {
  Uid uid = 0;
  int64_t number = 0;
};

// One attempt as it is stored.
struct AttemptRecord {
  int32_t attempt = 0;
  Millis start_time = 0;
  Millis end_time = 0;
  const std::string* worker = nullptr;  // interned
  uint64_t token = 0;
  int64_t event_generation = 0;
  std::shared_ptr<const RunError> error;  // null: it succeeded or did not say

  friend bool operator==(const AttemptRecord&, const AttemptRecord&);
};

// An attempt failed and another is to be sent at `next_attempt`.
struct RunRetry {
  Uid uid = 0;
  int64_t number = 0;
  Millis next_attempt = 0;
  AttemptRecord attempt;
};

// An attempt was lost with its worker and the run goes back to dispatch. `charged` ones count toward
// limits::kMaxRedeliveries; those after a restart or an orderly release do not.
struct RunRedelivered {
  Uid uid = 0;
  int64_t number = 0;
  int32_t redeliveries = 0;  // charged so far
  AttemptRecord attempt;
};

struct RunOutput {
  std::string output;  // at most limits::kMaxOutputBytes
  bool truncated = false;

  friend bool operator==(const RunOutput&, const RunOutput&) = default;
};

// A run reached its terminal state.
struct RunEnded {
  Uid uid = 0;
  int64_t number = 0;
  RunState state = RunState::kCompleted;
  Millis at = 0;
  AttemptRecord last;  // attempt 0: it was never dispatched
  std::string reason;
  std::shared_ptr<const RunError> error;
  std::shared_ptr<const RunOutput> output;
};

// A stretch of SKIPPED occurrences began at `first`; it is open until its StretchClosed.
struct StretchOpened {
  Uid uid = 0;
  int64_t number = 0;
  std::string reason;
  Millis first = 0;
  Millis at = 0;
};

// A stretch of `count` occurrences from `first` to `last` with one reason was recorded; it ends the
// open stretch of the same number, if there is one. Moves the cursor to `cursor`.
struct StretchClosed {
  Uid uid = 0;
  int64_t number = 0;
  RunState state = RunState::kSkipped;  // or kMissed
  std::string reason;
  Millis first = 0;
  Millis last = 0;
  int64_t count = 0;
  Millis cursor = 0;
  Millis at = 0;
};

// What clients asked of a job's schedule beside its definition.
struct Amendments {
  std::vector<Millis> skipped;  // nominal times to come that are not to run; sorted, distinct
  std::optional<Backfill> backfill;

  bool empty() const { return skipped.empty() && !backfill.has_value(); }
  friend bool operator==(const Amendments&, const Amendments&) = default;
};

// They changed; this is what stands from now on. A backfill also moves with each run that it creates,
// and ends with the last of them; a skipped time ends with the record that covers it.
struct ScheduleAmended {
  Uid uid = 0;
  Amendments amendments;
  Millis at = 0;
};

// What is large and rare stands on the heap.
using Transition =
    std::variant<RunCreated, RunEnded, RunReleased, RunRetry, RunRedelivered, StretchOpened,
                 StretchClosed, CursorMoved, JobStateChanged, JobDeleted,
                 std::shared_ptr<const JobDefined>, std::shared_ptr<const ScheduleAmended>>;

// In the order in which they were decided.
using Transitions = std::vector<Transition>;

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_TRANSITIONS_H_
