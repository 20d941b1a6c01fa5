#ifndef CLIENT_JOBCTL_PROFILE_H_
#define CLIENT_JOBCTL_PROFILE_H_

#include <map>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace jobctl {

// The profiles of a configuration: values of the global flags, named as these are without `--`.
//
//   profile = "local"             # the one to use where none is named
//   [local]
//   address = "localhost:7420"
//   [production]
//   address = "jobs.example.com:443"
//   product = "billing"
//   ca-file = "/etc/ssl/jobs.pem"
//   token-file = "/run/secrets/jobs-token"
struct Profiles {
  using Values = std::map<std::string, std::string>;

  std::string chosen;  // `profile`; may be empty
  std::map<std::string, Values> by_name;
};

// Reads TOML. `app` has the global flags: a name that is none of theirs is refused, since it is a
// mistake that would quietly leave a default in place. INVALID_ARGUMENT says what is wrong.
absl::StatusOr<Profiles> ParseProfiles(const std::string& toml, const CLI::App& app);

// The profiles of a file. NOT_FOUND if it cannot be read, else as ParseProfiles, with the file's
// name.
absl::StatusOr<Profiles> ReadProfiles(const std::string& file, const CLI::App& app);

// Sets the global flags of `app`, which has parsed, that neither the command line nor the
// environment gave, to those of the profile: that of --profile, else the file's own choice, else
// none. The file is that of --config, else `default_file`, which need not exist.
// NOT_FOUND or INVALID_ARGUMENT if a file or profile that was asked for is missing, or is wrong.
absl::Status ApplyProfile(CLI::App& app, const std::string& default_file);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PROFILE_H_
