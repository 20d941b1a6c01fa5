#ifndef CLIENT_JOBCTL_IO_H_
#define CLIENT_JOBCTL_IO_H_

#include <functional>
#include <istream>
#include <ostream>
#include <string>

#include "absl/time/time.h"

namespace jobctl {

// What the program has of the world besides the server; tests put their own in.
struct Io {
  std::istream& in;
  std::ostream& out;  // data, nothing else
  std::ostream& err;  // messages
  bool color = false;
  bool progress = false;         // err is a terminal, on which a line can be drawn again
  std::string config_file = {};  // where profiles are without --config; empty: nowhere
  std::function<absl::Time()> now;
  std::function<void(absl::Duration)> sleep;
};

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_IO_H_
