#ifndef CLIENT_JOBCTL_SHELL_MAN_PAGE_H_
#define CLIENT_JOBCTL_SHELL_MAN_PAGE_H_

#include <string>

#include "CLI/App.hpp"

namespace jobctl {

// The manual page jobctl(1) in the macros of man(7), written from the table of commands: every
// command with its arguments and flags, the flags of the program with their variables, exit codes.
std::string ManPage(const CLI::App& root);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_SHELL_MAN_PAGE_H_
