#ifndef CLIENT_JOBCTL_COMMANDS_COMMANDS_H_
#define CLIENT_JOBCTL_COMMANDS_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/jobctl/session.h"

// The commands, one function a noun. Each adds its verbs to `app` and binds what they do to
// `session`, which must stand as long as `app`.
namespace jobctl {

void AddJobCommands(CLI::App& app, Session& session);
void AddRunCommands(CLI::App& app, Session& session);
void AddEventCommands(CLI::App& app, Session& session);
void AddCalendarCommands(CLI::App& app, Session& session);
void AddScheduleCommands(CLI::App& app, Session& session);
void AddServerCommands(CLI::App& app, Session& session);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_COMMANDS_H_
