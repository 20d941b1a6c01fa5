#ifndef CLIENT_JOBCTL_GLOBALS_H_
#define CLIENT_JOBCTL_GLOBALS_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cpp/options.h"

namespace jobctl {

// The flags that every command takes. Each has an environment variable, DUCTAPE_JOBS_ and the
// flag's name in capitals; the flag wins over it, and both over the profile.
struct Globals {
  std::string config;   // the file with the profiles; empty: the user's
  std::string profile;  // empty: the one that the file names, if any
  std::string address = "localhost:7420";
  std::string product;
  std::string output = "table";
  std::string timeout = "30s";
  bool tls = false;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  std::string server_name;
  std::string token_file;
  bool no_color = false;
};

inline constexpr char kGlobalGroup[] = "Global flags";

void AddGlobalFlags(CLI::App& app, Globals& globals);

// INVALID_ARGUMENT if a value is malformed, NOT_FOUND if the token's file cannot be read. A TLS
// file without --tls means TLS.
absl::StatusOr<ductape::jobs::ClientOptions> ToClientOptions(const Globals& globals);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_GLOBALS_H_
