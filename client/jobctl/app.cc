#include "client/jobctl/app.h"

#include <algorithm>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/profile.h"
#include "client/jobctl/session.h"
#include "ductape/version.h"

namespace jobctl {
namespace {

constexpr char kDescription[] =
    "jobctl - the command line of Ductape Jobs\n\n"
    "An event says what to do, a job says when, and every execution is a run:\n"
    "  jobctl event create ping --type ACTION --url http://127.0.0.1:8080/ping\n"
    "  jobctl job create my_job --name \"My job\" --event ACTION/ping --executions 0 --every 30s\n"
    "  jobctl run list --job my_job";

constexpr char kFooter[] =
    "Data goes to stdout, messages to stderr.\n"
    "Exit codes: 0 done, 1 a run that was waited for did not succeed, 2 wrong usage,\n"
    "3 a run ended and its record is not kept, 64 + the gRPC code of a call that failed\n"
    "(69 NOT_FOUND, 78 UNAVAILABLE).";

// Says that a command line is wrong, and how to see what would be right.
std::string WrongCommandLine(const CLI::App* app, const CLI::Error& error) {
  // A word that is no command is what is wrong, rather than that there is none.
  const std::vector<std::string> unknown = app->remaining(/*recurse=*/true);
  const bool no_command = error.get_name() == "RequiredError" && !unknown.empty();
  return absl::StrCat(
      "jobctl: ",
      no_command ? absl::StrCat("\"", unknown.front(), "\" is no command") : error.what(),
      "\nRun with --help for what there is.\n");
}

void Build(CLI::App& app, Session& session) {
  app.name("jobctl");
  app.set_version_flag("--version", absl::StrCat("jobctl ", ductape::kVersion));
  app.footer(kFooter);
  app.failure_message(WrongCommandLine);
  app.require_subcommand(1);
  // Global flags may stand after the command; commands inherit this.
  app.fallthrough();
  AddGlobalFlags(app, session.globals());
  AddJobCommands(app, session);
  AddRunCommands(app, session);
  AddEventCommands(app, session);
  AddCalendarCommands(app, session);
  AddConnectionCommands(app, session);
  AddScheduleCommands(app, session);
  AddApplyCommand(app, session);
  AddServerCommands(app, session);
  AddShellCommands(app, session);
}

}  // namespace

int Run(const std::vector<std::string>& arguments, Io io) {
  Session session(std::move(io));
  CLI::App app(kDescription);
  Build(app, session);
  const bool completes = !arguments.empty() && arguments.front() == kCompleteCommand;
  std::vector<std::string> line =
      completes ? AddCompleteCommand(app, session, {arguments.begin() + 1, arguments.end()})
                : arguments;
  std::reverse(line.begin(), line.end());
  try {
    app.parse(std::move(line));
  } catch (const CLI::ParseError& error) {
    // Also how CLI11 asks for a help text, with exit code 0.
    return app.exit(error, session.io().out, session.io().err) == 0 ? kExitDone : kExitUsage;
  }
  // What needs no server works whatever is wrong with the configuration.
  if (session.connects()) {
    absl::Status status = ApplyProfile(app, session.io().config_file);
    if (!status.ok()) return session.WrongUsage(status);
  }
  return session.Execute();
}

}  // namespace jobctl
