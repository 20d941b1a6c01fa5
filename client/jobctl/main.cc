#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "client/jobctl/app.h"

int main(int argc, char** argv) {
  // What gRPC logs of connections that fail stands in the errors that are printed. Who looks for
  // more sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // NOLINT(concurrency-mt-unsafe): as below
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread yet
  const bool color = (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) != 0;
  return jobctl::Run(std::vector<std::string>(argv + 1, argv + argc),
                     jobctl::Io{.in = std::cin,
                                .out = std::cout,
                                .err = std::cerr,
                                .color = color,
                                .now = [] { return absl::Now(); },
                                .sleep = [](absl::Duration wait) { absl::SleepFor(wait); }});
}
