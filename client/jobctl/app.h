#ifndef CLIENT_JOBCTL_APP_H_
#define CLIENT_JOBCTL_APP_H_

#include <string>
#include <vector>

#include "client/jobctl/io.h"

namespace jobctl {

// Runs one command line, `arguments` without the program's name, and answers the exit code:
// 0 done; 1 a run that was waited for ended otherwise than COMPLETED, or stdout could not be
// written; 2 the command line, a file or a value in it is wrong; 3 a run has ended, but
// its record is not kept; 64 + the gRPC code of a call that failed.
int Run(const std::vector<std::string>& arguments, Io io);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APP_H_
