#ifndef SCHEDULER_ENGINE_RUN_COMMANDS_H_
#define SCHEDULER_ENGINE_RUN_COMMANDS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/engine/commands.h"
#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {

// What happens to open runs: outcomes of attempts, retries that come due, cancels. Carried out by
// the loop that owns the run.
class RunCommands {
 public:
  explicit RunCommands(LoopCore* core) : core_(*core) {}

  // Takes one outcome in. A refusal if it is not accepted, in which case nothing was staged.
  // `product`: the reporter's, empty if it is not to be compared.
  std::optional<core::Refusal> Report(const std::string& product, const core::Outcome& outcome);

  absl::StatusOr<core::Run> Cancel(const CancelRun& command);

  // Hands runs whose retry time has come to dispatch.
  void FireRetries();

  // Ends runs whose event is gone.
  void EndOrphans();

 private:
  void Complete(Shard& s, Slot slot, const OpenRun& run, const core::Outcome& outcome)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void Fail(Shard& s, Slot slot, const OpenRun& run, const core::Outcome& outcome)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void Redeliver(Shard& s, Slot slot, const OpenRun& run, const core::Outcome& outcome)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  LoopCore& core_;
};

// The attempt in flight as a record, ended at `end`; attempt 0 if none is in flight.
core::AttemptRecord CurrentAttempt(const OpenRun& run, int64_t epoch, Millis end);

// The end of a run that is cancelled; `at` is not set.
core::RunEnded CancelledEnd(core::Uid uid, const OpenRun& run, int64_t epoch,
                            const std::string& reason);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_RUN_COMMANDS_H_
