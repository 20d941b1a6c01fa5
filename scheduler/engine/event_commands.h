#ifndef SCHEDULER_ENGINE_EVENT_COMMANDS_H_
#define SCHEDULER_ENGINE_EVENT_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/engine/commands.h"
#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {

// What clients ask of events, carried out by loop 0, which alone changes the catalog. Each function
// stages its row in the batch under way and returns what the caller is told after the commit, or an
// error, in which case nothing was staged.
class EventCommands {
 public:
  explicit EventCommands(LoopCore* core) : core_(*core) {}

  absl::StatusOr<EventView> Create(const CreateEvent& command);
  // `moved` says whether runs that wait must be delivered elsewhere (Loop::RequeueWaiting).
  absl::StatusOr<EventView> Update(UpdateEvent* command, bool* moved);
  absl::StatusOr<Done> Delete(const DeleteEvent& command, bool* moved);

 private:
  EventView Store(core::Event event);
  void Remember(const core::Event& event, const RequestId& request);
  // FAILED_PRECONDITION CONNECTION_NOT_FOUND if the event names a connection that does not exist, other
  // than those that are `known`.
  absl::Status CheckConnections(const core::Event& event,
                                const std::vector<std::string_view>& known) const;

  LoopCore& core_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_EVENT_COMMANDS_H_
