#ifndef CLIENT_JOBCTL_COMMANDS_JOB_COMMANDS_H_
#define CLIENT_JOBCTL_COMMANDS_JOB_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/jobctl/session.h"

// The verbs of `jobctl job`. Each adds one command to `noun`; both must stand while it parses.
namespace jobctl {

// job_definition_commands.cc: what the job is.
void AddJobCreate(CLI::App& noun, Session& session);
void AddJobUpdate(CLI::App& noun, Session& session);

// job_read_commands.cc.
void AddJobGet(CLI::App& noun, Session& session);
void AddJobList(CLI::App& noun, Session& session);
// job_timeline_command.cc.
void AddJobTimeline(CLI::App& noun, Session& session);

// job_state_commands.cc: what becomes of it.
void AddJobDelete(CLI::App& noun, Session& session);
void AddJobPause(CLI::App& noun, Session& session);
void AddJobResume(CLI::App& noun, Session& session);
void AddJobRun(CLI::App& noun, Session& session);

// job_schedule_commands.cc: what is asked of its schedule beside the definition.
void AddJobSkip(CLI::App& noun, Session& session);
void AddJobBackfill(CLI::App& noun, Session& session);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_JOB_COMMANDS_H_
