#ifndef SCHEDULER_ENGINE_CONNECTION_COMMANDS_H_
#define SCHEDULER_ENGINE_CONNECTION_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/engine/commands.h"
#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {

// What clients ask of connections, carried out by loop 0, which alone changes the catalog. Each function
// stages its row in the batch under way and returns what the caller is told after the commit, or an
// error, in which case nothing was staged.
class ConnectionCommands {
 public:
  explicit ConnectionCommands(LoopCore* core) : core_(*core) {}

  absl::StatusOr<ConnectionView> Create(const CreateConnection& command);
  absl::StatusOr<ConnectionView> Update(UpdateConnection* command);
  absl::StatusOr<Done> Delete(const DeleteConnection& command);

 private:
  ConnectionView Store(core::StoredConnection connection);

  LoopCore& core_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_CONNECTION_COMMANDS_H_
