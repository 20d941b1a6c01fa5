#ifndef CLIENT_JOBCTL_COMMANDS_WAITING_H_
#define CLIENT_JOBCTL_COMMANDS_WAITING_H_

#include <algorithm>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/jobctl/io.h"
#include "client/jobctl/parse/duration.h"

// Waiting for a resource to come to its end, by asking again and again.
namespace jobctl {

struct WaitFlags {
  bool wait = false;
  std::string timeout = "10m";
};

// --wait, with `help`, and --wait-timeout.
inline void AddWaitFlags(CLI::App& command, WaitFlags& flags, const std::string& help) {
  auto* wait = command.add_flag("--wait", flags.wait, help);
  command.add_option("--wait-timeout", flags.timeout, "How long to wait at most (default 10m)")
      ->type_name("DURATION")
      ->needs(wait);
}

// Asks with `get` until `done(answer)`, first at once and then every 0.1 s, growing to 2 s. Answers
// the first error, but once there was an answer an unavailable server is waited for; and
// DEADLINE_EXCEEDED when `limit` is over.
template <class Resource, class Get, class Done>
absl::StatusOr<Resource> PollUntil(Io& io, absl::Duration limit, Get get, Done done) {
  constexpr absl::Duration kLongest = absl::Seconds(2);
  const absl::Time deadline = io.now() + limit;
  absl::Duration pause = absl::Milliseconds(100);
  for (bool answered = false;;) {
    absl::StatusOr<Resource> resource = get();
    answered = answered || resource.ok();
    if (resource.ok() && done(*resource)) return resource;
    if (!resource.ok() && !(answered && absl::IsUnavailable(resource.status()))) return resource;
    if (io.now() + pause > deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("not there after ", DurationText(limit), "; --wait-timeout gives more"));
    }
    io.sleep(pause);
    pause = std::min(pause * 3 / 2, kLongest);
  }
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_WAITING_H_
