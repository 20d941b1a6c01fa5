#ifndef SCHEDULER_ENGINE_AMENDMENT_COMMANDS_H_
#define SCHEDULER_ENGINE_AMENDMENT_COMMANDS_H_

#include "absl/status/statusor.h"
#include "scheduler/engine/commands.h"
#include "scheduler/engine/job_commands.h"
#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {

// What clients ask of a job's schedule beside its definition: occurrences that are not to run, and runs
// for a range of the past. Carried out by the loop that owns the job; answers as JobCommands::Pause.
class AmendmentCommands {
 public:
  explicit AmendmentCommands(LoopCore* core) : core_(*core) {}

  absl::StatusOr<core::JobStatus> Skip(const SkipOccurrence& command,
                                       const JobCommands::Seen& seen);
  absl::StatusOr<core::JobStatus> Backfill(const BackfillJob& command,
                                           const JobCommands::Seen& seen);

 private:
  absl::Status CheckSkip(Shard& s, Slot slot, const SkipOccurrence& command)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  absl::StatusOr<core::Backfill> MakeBackfill(Shard& s, Slot slot, const BackfillJob& command)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  LoopCore& core_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_AMENDMENT_COMMANDS_H_
