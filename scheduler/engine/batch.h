#ifndef SCHEDULER_ENGINE_BATCH_H_
#define SCHEDULER_ENGINE_BATCH_H_

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/transitions.h"
#include "scheduler/engine/shard.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

// What one loop decided since its last hand-over: one part of a group commit, and what may happen
// only after that commit is durable.
struct Batch {
  int loop = 0;
  Ticket ticket = 0;
  Millis time = 0;  // engine time of the last decision
  // Nothing that was submitted after this batch may stand in the same journal entry: a checkpoint was
  // taken here, and its position is that of the entry.
  bool ends_entry = false;

  // Becomes durable.
  core::Transitions transitions;
  std::vector<store::RowChange> changes;

  // Happens after that, in this order.
  std::vector<core::ReadyRun> ready;        // to the run queue
  std::vector<core::ReadyRun> needs_input;  // to the input loader, then to the run queue
  struct Cancels {
    std::string reason;
    std::vector<core::RunRef> runs;
  };
  std::vector<Cancels> cancels;
  std::vector<absl::AnyInvocable<void(store::Position)>> replies;

  bool HasDecisions() const { return !transitions.empty() || !changes.empty(); }
  bool empty() const {
    return !HasDecisions() && replies.empty() && ready.empty() && needs_input.empty() &&
           cancels.empty();
  }
  void Clear() {
    ends_entry = false;
    transitions.clear();
    changes.clear();
    ready.clear();
    needs_input.clear();
    cancels.clear();
    replies.clear();
  }
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_BATCH_H_
