#ifndef SERVER_RUN_SERVER_H_
#define SERVER_RUN_SERVER_H_

#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "server/backend.h"

namespace server {

// The program ductape-jobsd: reads the configuration, starts, prints the ready line, waits for SIGTERM
// or SIGINT, drains (a second signal makes it hurry) and returns the exit code: 0 after a drain, 1 if
// it could not start, 2 for a wrong command line. `args` is without the program's name. Call it from
// main, before any thread was made.
int RunServer(const std::vector<std::string>& args, const scheduler::base::Clock* clock,
              const BackendHooks& hooks);

}  // namespace server

#endif  // SERVER_RUN_SERVER_H_
