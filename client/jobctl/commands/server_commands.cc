#include "client/jobctl/commands/commands.h"
#include "client/jobctl/exit_code.h"

namespace jobctl {
namespace {

int Info(Session& session) {
  absl::StatusOr<ductape::jobs::v1::GetServerInfoResponse> info = session.client().GetServerInfo();
  if (!info.ok()) return session.CallFailed("ask the server about itself", info.status());
  PrintOne(session.printer(), *info);
  return kExitDone;
}

}  // namespace

void AddServerCommands(CLI::App& app, Session& session) {
  CLI::App* noun = app.add_subcommand("server", "The server");
  noun->require_subcommand(1);
  CLI::App* info = noun->add_subcommand("info", "Show its version, store and how it stands");
  session.Bind(*info, Info);
}

}  // namespace jobctl
