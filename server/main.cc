#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "server/run_server.h"

int main(int argc, char** argv) {
  const scheduler::base::SystemClock clock;
  return server::RunServer(std::vector<std::string>(argv + 1, argv + argc), &clock, {});
}
