#include "client/jobctl/commands/job_commands.h"

#include "client/jobctl/commands/commands.h"

namespace jobctl {

void AddJobCommands(CLI::App& app, Session& session) {
  CLI::App* noun = app.add_subcommand("job", "Jobs: an event, a schedule, how often");
  noun->require_subcommand(1);
  AddJobCreate(*noun, session);
  AddJobGet(*noun, session);
  AddJobList(*noun, session);
  AddJobTimeline(*noun, session);
  AddJobUpdate(*noun, session);
  AddJobDelete(*noun, session);
  AddJobPause(*noun, session);
  AddJobResume(*noun, session);
  AddJobRun(*noun, session);
  AddJobSkip(*noun, session);
  AddJobBackfill(*noun, session);
}

}  // namespace jobctl
