#ifndef CLIENT_JOBCTL_COMMANDS_CHANGE_FLAGS_H_
#define CLIENT_JOBCTL_COMMANDS_CHANGE_FLAGS_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"

// The flags that go with a change of a resource rather than with its fields.
namespace jobctl {

struct ChangeFlags {
  std::string file;                // -f: where the resource comes from; empty: flags alone
  std::string request_id;          // --request-id; empty: the client makes one up
  std::string etag;                // --etag
  bool dry_run = false;            // --dry-run
  bool allow_missing = false;      // --allow-missing
  bool replace = false;            // --replace
  std::vector<std::string> clear;  // --clear
};

void AddFileFlag(CLI::App& command, ChangeFlags& flags);
void AddRequestIdFlag(CLI::App& command, ChangeFlags& flags);
void AddDryRunFlag(CLI::App& command, ChangeFlags& flags);
void AddEtagFlag(CLI::App& command, ChangeFlags& flags);
// `help`: what happens if the resource does not exist.
void AddAllowMissingFlag(CLI::App& command, ChangeFlags& flags, const std::string& help);
// --replace and --clear.
void AddMaskFlags(CLI::App& command, ChangeFlags& flags);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_CHANGE_FLAGS_H_
