// The load programs of the benchmark: bench_load COMMAND --name value ...; commands.h has them.
#include <cstdio>
#include <string>

#include "scheduler/base/mutex.h"
#include "tests/bench/load/commands.h"

int main(int argc, char** argv) {
  scheduler::base::DisableDeadlockDetection();
  const std::string command = argc > 1 ? argv[1] : "";
  bench::Flags flags(argc, argv, 2);
  if (command == "fires") return bench::RunFires(&flags);
  if (command == "http") return bench::RunHttp(&flags);
  if (command == "target") return bench::RunTarget(&flags);
  if (command == "burst") return bench::RunBurst(&flags);
  if (command == "create") return bench::RunCreate(&flags);
  if (command == "first") return bench::RunFirst(&flags);
  std::fprintf(stderr, "usage: bench_load fires|http|target|burst|create|first --name value ...\n");
  return 2;
}
