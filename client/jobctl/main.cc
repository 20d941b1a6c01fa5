#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "client/jobctl/app.h"

namespace {

// The value of a variable; empty if it is not set. There is one thread yet.
std::string Variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

// Whether it is one on which a line can be drawn again.
bool IsTerminal(int descriptor) { return isatty(descriptor) != 0 && Variable("TERM") != "dumb"; }

// By the XDG base directory specification.
std::string ConfigFile() {
  std::string folder = Variable("XDG_CONFIG_HOME");
  if (folder.empty() && !Variable("HOME").empty()) folder = Variable("HOME") + "/.config";
  return folder.empty() ? "" : folder + "/ductape/jobctl.toml";
}

}  // namespace

int main(int argc, char** argv) {
  // What gRPC logs of connections that fail stands in the errors that are printed. Who looks for
  // more sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // NOLINT(concurrency-mt-unsafe): as above
  const bool color = Variable("NO_COLOR").empty() && isatty(STDOUT_FILENO) != 0;
  return jobctl::Run(std::vector<std::string>(argv + 1, argv + argc),
                     jobctl::Io{.in = std::cin,
                                .out = std::cout,
                                .err = std::cerr,
                                .color = color,
                                .progress = IsTerminal(STDERR_FILENO),
                                .config_file = ConfigFile(),
                                .now = [] { return absl::Now(); },
                                .sleep = [](absl::Duration wait) { absl::SleepFor(wait); }});
}
