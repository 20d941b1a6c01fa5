#ifndef CLIENT_JOBCTL_COMMANDS_RUN_WAITING_H_
#define CLIENT_JOBCTL_COMMANDS_RUN_WAITING_H_

#include <string>

#include "client/jobctl/commands/waiting.h"
#include "client/jobctl/session.h"

namespace jobctl {

// Waits until the run has ended and prints it. Answers the exit code: kExitRunFailed if it ended
// otherwise than COMPLETED.
int WaitForRun(Session& session, const std::string& run_id, const WaitFlags& flags);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_RUN_WAITING_H_
