#ifndef SCHEDULER_DISPATCH_EVENT_TESTER_H_
#define SCHEDULER_DISPATCH_EVENT_TESTER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/ids.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/dispatcher.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// Executes events out of turn: once, now, for no job and without a record; among them those that test a connection
// (connection_probe.h). The attempts go to the executors straight, beside those of runs, and are not counted among the
// runs in flight.
//
// Thread-safe.
class EventTester {
 public:
  // Attempts at once; each holds a call of a client.
  static constexpr int kMaxAtOnce = 16;

  struct Result {
    AttemptResult attempt;
    base::Millis start_time = 0;
    base::Millis end_time = 0;
    // What was sent and answered, without secrets; empty if nothing was.
    std::string request;
    std::string response;
  };
  using Done = std::function<void(Result)>;

  // Both outlive the tester. `seed` is one that no other process has.
  EventTester(const Dispatcher* dispatcher, const base::Clock* clock, uint64_t seed)
      : dispatcher_(dispatcher), clock_(clock), seed_(seed) {}

  // Starts an attempt of `run`, whose event and connections are set; gives it key, token and times. One
  // that is released (executor.h) is sent once again, in the time that is left.
  // `done` is called exactly once if this is OK, from any thread, at the latest shortly after
  // run.attempt_timeout. `key` becomes the run's.
  //   UNIMPLEMENTED       no executor serves the target
  //   RESOURCE_EXHAUSTED  OVERLOADED: too many at once
  absl::Status Test(core::ClaimedRun run, core::RunKey* key, Done done);

  // One that nothing stored has, nor any other test.
  core::Uid NewUid();

 private:
  const Dispatcher* const dispatcher_;
  const base::Clock* const clock_;
  const uint64_t seed_;
  std::atomic<uint64_t> uids_{0};  // that were made
  const std::shared_ptr<std::atomic<int>> under_way_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_EVENT_TESTER_H_
