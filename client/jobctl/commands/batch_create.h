#ifndef CLIENT_JOBCTL_COMMANDS_BATCH_CREATE_H_
#define CLIENT_JOBCTL_COMMANDS_BATCH_CREATE_H_

#include <vector>

#include "client/jobctl/session.h"
#include "ductape/jobs/v1/job.pb.h"

namespace jobctl {

// Creates the jobs in as few calls as the server's bounds on batches allow. Those that were created
// are printed as a list; each that was not is told on stderr, and so is the sum. Answers the exit
// code of the first failure, and ends at a call that fails as a whole.
int CreateMany(Session& session, std::vector<ductape::jobs::v1::Job> jobs, bool dry_run);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_BATCH_CREATE_H_
