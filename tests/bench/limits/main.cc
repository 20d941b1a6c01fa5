// The limits of the parts: bench_limits COMMAND --name value ...; limits.h has the commands.
#include <cstdio>
#include <string>

#include "scheduler/base/mutex.h"
#include "tests/bench/limits/limits.h"

int main(int argc, char** argv) {
  scheduler::base::DisableDeadlockDetection();
  const std::string command = argc > 1 ? argv[1] : "";
  bench::Flags flags(argc, argv, 2);
  if (command == "append") return bench::LimitAppend(&flags);
  if (command == "stream") return bench::LimitStream(&flags);
  if (command == "unary") return bench::LimitUnary(&flags);
  if (command == "http") return bench::LimitHttp(&flags);
  std::fprintf(stderr, "usage: bench_limits append|stream|unary|http --name value ...\n");
  return 2;
}
