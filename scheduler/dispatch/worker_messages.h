#ifndef SCHEDULER_DISPATCH_WORKER_MESSAGES_H_
#define SCHEDULER_DISPATCH_WORKER_MESSAGES_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"

// What workers and the hub say to each other, free of any wire format. Fields were checked where
// they came in.
namespace scheduler::dispatch {

using base::Millis;

// A worker takes up its session, or begins one.
struct WorkerHello {
  std::string product;
  std::string worker;      // its name, for people; may be empty
  std::string session_id;  // empty: a new session
  std::vector<std::string> queues;
  int32_t max_in_flight = 1;
  Millis lease = base::limits::kDefaultLease;
  std::vector<core::RunRef> in_flight;  // what it still has of the session
};

struct WorkerWelcome {
  std::string session_id;
  Millis lease = 0;
  std::vector<core::RunRef> kept;
};

// Batches of results up to `acked_through` are committed or refused.
struct WorkerAck {
  uint64_t acked_through = 0;
  std::vector<core::Refusal> refused;
};

struct WorkerCancels {
  std::vector<core::RunRef> runs;
  std::string reason;
};

// The sink was filled: its deliveries go out.
struct WorkerDeliveries {};

struct WorkerDrain {
  std::string reason;
};

// The stream ends with this status; nothing follows.
struct WorkerEnd {
  absl::Status status;
};

// The next thing to write on a stream; monostate: nothing now.
using WorkerWrite = std::variant<std::monostate, WorkerWelcome, WorkerDeliveries, WorkerAck,
                                 WorkerCancels, WorkerDrain, WorkerEnd>;

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_MESSAGES_H_
