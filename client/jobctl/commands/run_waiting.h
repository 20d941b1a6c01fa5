#ifndef CLIENT_JOBCTL_COMMANDS_RUN_WAITING_H_
#define CLIENT_JOBCTL_COMMANDS_RUN_WAITING_H_

#include <string>

#include "absl/status/status.h"
#include "client/jobctl/commands/waiting.h"
#include "client/jobctl/session.h"

namespace jobctl {

// Waits until the run has ended and prints it. Answers the exit code: kExitFailed if it ended
// otherwise than COMPLETED. `exists`: whether there is such a run for sure; then one that is not
// found has ended, and RunNotKept tells of it.
int WaitForRun(Session& session, const std::string& run_id, const WaitFlags& flags, bool exists);

// Whether a call failed since there is no such run, or no record of it.
bool IsRunNotFound(const absl::Status& status);

// Says that the run has ended and that how is not known. Answers kExitNotKept.
int RunNotKept(Session& session, const std::string& run_id);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_RUN_WAITING_H_
