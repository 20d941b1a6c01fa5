#ifndef CLIENT_JOBCTL_SHELL_SERVER_NAMES_H_
#define CLIENT_JOBCTL_SHELL_SERVER_NAMES_H_

#include <vector>

#include "client/jobctl/session.h"
#include "client/jobctl/shell/completion.h"

namespace jobctl {

// The names of what the server has of `kind`: the first 1,000 jobs, calendars, connections or events of the
// product, or of its active and unsuccessful runs. None for other kinds, and if the server does not
// answer within a second: a shell must not hang.
std::vector<Candidate> AskNames(Session& session, ValueKind kind);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_SHELL_SERVER_NAMES_H_
