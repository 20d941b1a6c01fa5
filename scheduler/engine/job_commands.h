#ifndef SCHEDULER_ENGINE_JOB_COMMANDS_H_
#define SCHEDULER_ENGINE_JOB_COMMANDS_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "scheduler/engine/commands.h"
#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {

// What clients ask of jobs, carried out by the loop that owns them. Each function decides, stages
// its transitions in the batch under way and returns what the caller is told after the commit, or
// an error, in which case nothing was staged.
// That a command was not carried out because what it was made of has changed: it is made anew. Not for
// clients.
absl::Status ChangedMeanwhile();
bool IsChangedMeanwhile(const absl::Status& status);

class JobCommands {
 public:
  explicit JobCommands(LoopCore* core) : core_(*core) {}

  absl::StatusOr<JobView> Create(CreateJob command);

  // An update whose patch was applied to the stored row. IsChangedMeanwhile if the job's
  // generation is not `expected_generation` any more: read again and retry.
  struct Patched {
    core::Job job;  // as stored, with the patched spec
    core::JobSpec before;
    std::shared_ptr<const PreparedTiming> timing;  // as CreateJob's, of the patched spec
    int64_t expected_generation = 0;
    std::string etag;
    RequestId request;
    bool validate_only = false;
  };
  absl::StatusOr<JobView> Update(const Patched& command);

  absl::StatusOr<Done> Delete(const DeleteJob& command);

  // The stored definition that a caller has read and that its answer will show.
  struct Seen {
    core::Uid uid = 0;
    int64_t generation = 0;
  };
  // These change the state only: the answer is made of the status and the stored row. ABORTED
  // REQUEST_IN_PROGRESS if the row is not `seen` any more: read again and retry.
  absl::StatusOr<core::JobStatus> Pause(const PauseJob& command, const Seen& seen);
  absl::StatusOr<core::JobStatus> Resume(const ResumeJob& command, const Seen& seen);

  absl::StatusOr<core::Run> Run(const RunJob& command);

  // A calendar has changed: the job goes on from now under what that covers now; what was due before
  // is decided under what it covered then.
  void Replan(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

 private:
  Shard& ShardOfTag(const std::string& product, const std::string& tag);
  void PutJob(const core::Job& job);
  void CancelOpenRuns(Shard& s, Slot slot, const std::string& reason)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // Records what has come due and will not be decided any more: skipped where the job was paused,
  // else missed.
  void SettlePast(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // After its times have changed: of those that are skipped by request, those stay that are occurrences
  // still. Its backfill becomes `backfill`.
  void KeepSkips(Shard& s, Slot slot, std::optional<core::Backfill> backfill)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // Puts the new definition in force.
  void Redefine(Shard& s, Slot slot, const core::Job& job, const Patched& command)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  LoopCore& core_;
};

// The slot of the job that a caller has `seen`. NOT_FOUND JOB_NOT_FOUND, IsChangedMeanwhile.
absl::StatusOr<Slot> FindSeen(const Shard& s, const std::string& product, const std::string& tag,
                              const JobCommands::Seen& seen) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

// Stores that a request was carried out, in the batch under way. Nothing for an empty id.
void Remember(LoopCore* core, const std::string& product, const RequestId& request, core::Uid uid,
              int64_t number = 0);

// Fills in what depends on the time of the commit: the default start_time, and for `times` that lie
// in the past the rule of limits::kTimesGrace.
void SettleTiming(core::JobSpec* spec, Millis now);

// The same for an update of `before`, whose decided times (up to `cursor`) do not come again. A list
// that differs only in times that are over is taken as unchanged.
void SettleUpdatedTiming(core::JobSpec* spec, const core::JobSpec& before, Millis cursor,
                         Millis now);

// INVALID_ARGUMENT SCHEDULE_NEVER_FIRES if the spec, whose pattern or rule is `prepared` (else null), has
// no occurrence after `cursor`.
absl::Status CheckFires(const core::JobSpec& spec, const PreparedTiming* prepared,
                        catalog::CalendarTable* table, Millis cursor);

// The definition that the journal and the registry hold: without labels, and without an input that
// is too large to stand in memory.
std::shared_ptr<core::JobDefined> ResidentDefinition(const core::Job& job,
                                                     const PreparedTiming* prepared);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_JOB_COMMANDS_H_
