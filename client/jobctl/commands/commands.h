#ifndef CLIENT_JOBCTL_COMMANDS_COMMANDS_H_
#define CLIENT_JOBCTL_COMMANDS_COMMANDS_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "client/jobctl/session.h"

// The commands, one function a noun. Each adds its verbs to `app` and binds what they do to
// `session`, which must stand as long as `app`.
namespace jobctl {

void AddJobCommands(CLI::App& app, Session& session);
void AddRunCommands(CLI::App& app, Session& session);
void AddEventCommands(CLI::App& app, Session& session);
void AddCalendarCommands(CLI::App& app, Session& session);
void AddConnectionCommands(CLI::App& app, Session& session);
void AddScheduleCommands(CLI::App& app, Session& session);
void AddServerCommands(CLI::App& app, Session& session);
void AddApplyCommand(CLI::App& app, Session& session);
// What reads the table of commands itself: completion and man.
void AddShellCommands(CLI::App& app, Session& session);

// What the scripts of completion call, with the words after the program's name up to the one that is
// being typed. It adds itself to `app` and answers the arguments to parse instead: the words are no
// whole command line.
inline constexpr char kCompleteCommand[] = "__complete";
std::vector<std::string> AddCompleteCommand(CLI::App& app, Session& session,
                                            const std::vector<std::string>& words);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_COMMANDS_H_
