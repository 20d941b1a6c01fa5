#ifndef SCHEDULER_ENGINE_BATCH_H_
#define SCHEDULER_ENGINE_BATCH_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/transitions.h"
#include "scheduler/engine/shard.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

// What a decision holds outside of itself.
inline size_t SizeBeside(const core::RunCreated& t) {
  return t.origin == nullptr ? 0 : t.origin->input_json.size();
}
inline size_t SizeBeside(const core::RunEnded& t) {
  return t.output == nullptr ? 0 : t.output->output.size();
}
inline size_t SizeBeside(const std::shared_ptr<const core::JobDefined>& t) {
  return sizeof(core::JobDefined) + t->spec.input_json.size() +
         (t->former == nullptr ? 0 : t->former->input_json.size());
}
inline size_t SizeBeside(const std::shared_ptr<const core::ScheduleAmended>& t) {
  return sizeof(core::ScheduleAmended) + t->amendments.skipped.size() * sizeof(Millis);
}
template <typename T>
size_t SizeBeside(const T& /*t*/) {
  return 0;
}

// What one loop decided since its last hand-over: one part of a group commit, and what may happen
// only after that commit is durable.
struct Batch {
  // Adds a decision and its size.
  template <typename T>
  void Add(T t) {
    bytes += static_cast<int64_t>(sizeof(core::Transition) + SizeBeside(t));
    transitions.emplace_back(std::move(t));
  }

  int loop = 0;
  Ticket ticket = 0;
  Millis time = 0;    // engine time of the last decision
  int64_t bytes = 0;  // about what it takes up until it is durable
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
    bytes = 0;
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
