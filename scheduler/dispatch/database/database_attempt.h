#ifndef SCHEDULER_DISPATCH_DATABASE_DATABASE_ATTEMPT_H_
#define SCHEDULER_DISPATCH_DATABASE_DATABASE_ATTEMPT_H_

#include <memory>
#include <utility>

#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/database/interrupt.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// One attempt, from Execute to its end. It ends once, by whoever comes first: the thread that works at it,
// its time, Cancel. Thread-safe, but for its connection, which belongs to the thread that works at it.
class DatabaseAttempt {
 public:
  DatabaseAttempt(core::ClaimedRun claimed, AttemptConnection found, base::Millis deadline_at,
                  Executor::Done done)
      : run(std::move(claimed)),
        connection(std::move(found)),
        deadline(deadline_at),
        done_(std::move(done)) {}

  const core::ClaimedRun run;
  AttemptConnection connection;
  const base::Millis deadline;  // by the monotonic clock

  const core::DatabaseTarget& target() const {
    return std::get<core::DatabaseTarget>(run.event->target);
  }

  // True for the first who asks, who then calls Report. The thread that works at it is interrupted.
  bool End();
  void Report(AttemptResult result) { std::exchange(done_, nullptr)(std::move(result)); }

  // From the thread that begins to work at it: `interrupt` is tripped when the attempt ends, until Detach.
  // False if it has ended.
  bool Attach(Interrupt* interrupt);
  void Detach();

 private:
  Executor::Done done_;
  base::Mutex mu_;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  Interrupt* interrupt_ ABSL_GUARDED_BY(mu_) = nullptr;
};

using AttemptPtr = std::shared_ptr<DatabaseAttempt>;

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_DATABASE_ATTEMPT_H_
