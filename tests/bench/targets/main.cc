// Targets of events: bench_targets serve KIND, or bench_targets nats|rabbitmq --name value ...; targets.h tells of them.
#include <cstdio>
#include <string>

#include "tests/bench/targets/targets.h"

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "serve" && argc == 3) return bench::Serve(argv[2]);
  if (command == "nats" || command == "rabbitmq") {
    bench::Flags flags(argc, argv, 2);
    return command == "nats" ? bench::LimitNats(&flags) : bench::LimitRabbitmq(&flags);
  }
  std::fprintf(stderr, "usage: bench_targets serve KIND | nats|rabbitmq --name value ...\n");
  return 2;
}
