#ifndef SCHEDULER_DISPATCH_SEND_BY_CONNECTION_H_
#define SCHEDULER_DISPATCH_SEND_BY_CONNECTION_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/task_threads.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Finds the connection that `target` names and calls send(connection, target, run, done): at once where all its
// secrets are at hand, else on `file_readers`, since it waits for files then. `done` is called here where there
// is no such connection, or the readers have ended (CANCELLED).
template <typename Target, typename Send>
void SendByConnection(std::shared_ptr<const Target> target, core::ClaimedRun run,
                      Executor::Done done, secrets::SecretSource* secrets,
                      TaskThreads* file_readers, Send send) {
  absl::StatusOr<AttemptConnection> found =
      AttemptConnection::Find(run, target->connection, secrets);
  if (!found.ok()) return done(UnsentAttempt(found.status()));
  if (found->AllAtHand()) {
    return send(*std::move(found), *target, std::move(run), std::move(done));
  }
  // Shared, since a task is copied on its way.
  struct Waiting {
    AttemptConnection connection;
    std::shared_ptr<const Target> target;
    core::ClaimedRun run;
    Executor::Done done;
  };
  auto waiting = std::make_shared<Waiting>(
      Waiting{*std::move(found), std::move(target), std::move(run), std::move(done)});
  const bool posted = file_readers->Post([waiting, send] {
    send(std::move(waiting->connection), *waiting->target, std::move(waiting->run),
         std::move(waiting->done));
  });
  if (!posted) waiting->done(CancelledAttempt());
}

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_SEND_BY_CONNECTION_H_
