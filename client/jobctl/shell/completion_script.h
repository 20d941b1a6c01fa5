#ifndef CLIENT_JOBCTL_SHELL_COMPLETION_SCRIPT_H_
#define CLIENT_JOBCTL_SHELL_COMPLETION_SCRIPT_H_

#include "absl/strings/string_view.h"

namespace jobctl {

// What can be asked for: `bash|zsh|fish`.
inline constexpr char kShells[] = "bash|zsh|fish";

// The script that completes command lines of jobctl in `shell`; empty for other shells. A script
// knows no command: it asks `jobctl __complete WORD...`, which answers from the table of commands, a
// line a candidate, its help after a tab, and at the end `:files` if files fit as well, else `:`.
absl::string_view CompletionScript(absl::string_view shell);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_SHELL_COMPLETION_SCRIPT_H_
