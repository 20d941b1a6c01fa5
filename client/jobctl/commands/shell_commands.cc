#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/profile.h"
#include "client/jobctl/shell/completion.h"
#include "client/jobctl/shell/completion_script.h"
#include "client/jobctl/shell/man_page.h"
#include "client/jobctl/shell/server_names.h"
#include "client/jobctl/shell/typed_line.h"

namespace jobctl {
namespace {

int PrintScript(Session& session, const std::string& shell) {
  const absl::string_view script = CompletionScript(shell);
  if (script.empty()) {
    return session.WrongUsage(absl::InvalidArgumentError(
        absl::StrCat("\"", shell, "\" is no shell of completion; use ", kShells)));
  }
  session.io().out << script;
  return kExitDone;
}

bool IsKnownByServer(const TypedLine& line) {
  if (line.option == nullptr) return false;
  const ValueKind kind = KindOf(*line.option);
  return kind == ValueKind::kJob || kind == ValueKind::kCalendar || kind == ValueKind::kEvent ||
         kind == ValueKind::kRun;
}

std::vector<Candidate> ProfileNames(const Session& session, const CLI::App& app) {
  std::vector<Candidate> names;
  const std::string& file =
      session.globals().config.empty() ? session.io().config_file : session.globals().config;
  const absl::StatusOr<Profiles> profiles = ReadProfiles(file, app);
  if (!profiles.ok()) return names;
  for (const auto& [name, values] : profiles->by_name) names.push_back({name, ""});
  return names;
}

std::vector<Candidate> AllCandidates(Session& session, const CLI::App& app, const TypedLine& line) {
  if (IsKnownByServer(line)) return Fitting(line, AskNames(session, KindOf(*line.option)));
  if (line.option != nullptr && KindOf(*line.option) == ValueKind::kProfile) {
    return Fitting(line, ProfileNames(session, app));
  }
  return CandidatesOf(line);
}

int PrintCandidates(Session& session, const CLI::App& app, const TypedLine& line) {
  const std::vector<Candidate> candidates = AllCandidates(session, app, line);
  std::ostream& out = session.io().out;
  for (const Candidate& candidate : candidates) {
    out << candidate.text << "\t" << candidate.help << "\n";
  }
  const bool files = line.option != nullptr && KindOf(*line.option) == ValueKind::kFile;
  out << (files ? ":files\n" : ":\n");
  return kExitDone;
}

}  // namespace

void AddShellCommands(CLI::App& app, Session& session) {
  CLI::App* completion = app.add_subcommand("completion",
                                            "Print what lets a shell complete command lines\n"
                                            "  source <(jobctl completion bash)");
  auto shell = std::make_shared<std::string>();
  completion->add_option("shell", *shell, "The shell")->type_name(kShells)->required();
  session.BindOffline(*completion, [shell](Session& s) { return PrintScript(s, *shell); });

  CLI::App* man = app.add_subcommand("man",
                                     "Print the manual page\n"
                                     "  jobctl man | man -l -");
  session.BindOffline(*man, [&app](Session& s) {
    s.io().out << ManPage(app);
    return kExitDone;
  });
}

std::vector<std::string> AddCompleteCommand(CLI::App& app, Session& session,
                                            const std::vector<std::string>& words) {
  const TypedLine line = ReadTypedLine(app, words);
  CLI::App* complete = app.add_subcommand(kCompleteCommand)->group("");
  const auto print = [line, &app](Session& s) { return PrintCandidates(s, app, line); };
  if (IsKnownByServer(line)) {
    session.Bind(*complete, print);
  } else {
    session.BindOffline(*complete, print);
  }
  std::vector<std::string> arguments = line.global_words;
  arguments.emplace_back(kCompleteCommand);
  return arguments;
}

}  // namespace jobctl
