#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "server/run_server.h"

// jemalloc's settings, where it is linked: without its own thread it returns memory only when the process allocates,
// so that what recovery used would stay in the resident set of an idle server.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:2000,muzzy_decay_ms:0";
}

int main(int argc, char** argv) {
  const scheduler::base::SystemClock clock;
  return server::RunServer(std::vector<std::string>(argv + 1, argv + argc), &clock, {});
}
