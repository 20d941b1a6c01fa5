#ifndef SCHEDULER_DISPATCH_CONNECTION_PROBE_H_
#define SCHEDULER_DISPATCH_CONNECTION_PROBE_H_

#include <memory>
#include <string>

#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/run_port.h"

namespace scheduler::dispatch {

// What executes to test `connection` with the settings that runs of `env` use: a run with `probe` set, whose
// event has a target of the kind that these settings are for and names the connection, and little else. Its key,
// token and times are EventTester's to give.
//
// Settings for another environment alone, or of a kind that nothing can be asked of, make the attempt fail as
// one of a job would.
core::ClaimedRun ProbeOf(std::shared_ptr<const core::StoredConnection> connection,
                         const std::string& env);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_CONNECTION_PROBE_H_
