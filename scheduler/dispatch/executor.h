#ifndef SCHEDULER_DISPATCH_EXECUTOR_H_
#define SCHEDULER_DISPATCH_EXECUTOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "scheduler/core/model.h"
#include "scheduler/core/run_port.h"

namespace scheduler::dispatch {

// What an attempt came to. Executors do not decide about retries: they give the class
// (core/failure.h) and what the target asked for.
struct AttemptResult {
  bool completed = false;
  bool cancelled = false;  // stopped because Cancel asked for it
  // Nothing says that the target took it, and that is not the target's fault: the run is given back,
  // to be sent at once as a new attempt that is not charged.
  bool released = false;
  std::shared_ptr<const core::RunError> error;  // set unless completed or released
  std::shared_ptr<const core::RunOutput> output;
  std::optional<base::Millis> retry_after;
};

// Delivers attempts to one kind of target. Thread-safe. Owns its concurrency: a target that hangs
// holds its own attempts only.
class Executor {
 public:
  using Done = std::function<void(AttemptResult)>;

  virtual ~Executor() = default;

  virtual std::string_view name() const = 0;

  // Starts the attempt and returns at once. `done` is called exactly once, from any thread, at the
  // latest shortly after run.attempt_timeout.
  virtual void Execute(core::ClaimedRun run, Done done) = 0;

  // Asks to stop the attempt; its `done` follows as usual. Unknown ones are ignored.
  virtual void Cancel(const core::RunRef& run) = 0;

  // The most attempts that may be in flight at once.
  virtual size_t max_in_flight() const = 0;

  // Ends all attempts (their `done` is called with CANCELLED) and the executor's threads.
  virtual void Shutdown() = 0;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_EXECUTOR_H_
