#include "client/jobctl/shell/completion.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "client/jobctl/globals.h"

namespace jobctl {
namespace {

constexpr std::array<std::pair<absl::string_view, ValueKind>, 7> kKinds = {{
    {"FILE", ValueKind::kFile},
    {"PROFILE", ValueKind::kProfile},
    {"JOB", ValueKind::kJob},
    {"CALENDAR", ValueKind::kCalendar},
    {"CONNECTION", ValueKind::kConnection},
    {"EVENT", ValueKind::kEvent},
    {"RUN", ValueKind::kRun},
}};

// Whether it is `skip|allow|buffer_one` rather than `JSON|@FILE`.
bool IsChoices(const std::string& type) {
  return absl::StrContains(type, '|') && absl::c_all_of(type, [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) || c == '_' || c == '|';
         });
}

std::vector<Candidate> Choices(const CLI::Option& option) {
  std::vector<Candidate> choices;
  for (const absl::string_view choice : absl::StrSplit(option.get_type_name(), '|')) {
    choices.push_back({std::string(choice), ""});
  }
  return choices;
}

std::vector<Candidate> Commands(const CLI::App& app) {
  std::vector<Candidate> commands;
  for (const CLI::App* command : app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    if (command->get_group().empty()) continue;  // a hidden one
    commands.push_back({command->get_name(), FirstLine(command->get_description())});
  }
  return commands;
}

// The long names of the flags of `app` and of the commands around it.
std::vector<Candidate> Flags(const TypedLine& line) {
  std::vector<Candidate> flags;
  for (const CLI::App* app = line.command; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      const bool again =
          option->get_expected_max() > 1 || !absl::c_linear_search(line.given, option);
      // --help is a flag of every command; --version one of the program.
      const bool outer = app != line.command && option->get_group() != kGlobalGroup;
      if (option->get_lnames().empty() || option->get_group().empty() || !again || outer) continue;
      flags.push_back({"--" + option->get_lnames().front(), FirstLine(option->get_description())});
    }
  }
  return flags;
}

}  // namespace

ValueKind KindOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  for (const auto& [name, kind] : kKinds) {
    if (type == name) return kind;
  }
  return IsChoices(type) ? ValueKind::kChoice : ValueKind::kOther;
}

std::vector<Candidate> CandidatesOf(const TypedLine& line) {
  if (line.option != nullptr) {
    if (KindOf(*line.option) != ValueKind::kChoice) return {};
    return Fitting(line, Choices(*line.option));
  }
  return Fitting(line, absl::StartsWith(line.typed, "-") ? Flags(line) : Commands(*line.command));
}

std::vector<Candidate> Fitting(const TypedLine& line, const std::vector<Candidate>& names) {
  std::vector<Candidate> fitting;
  for (const Candidate& name : names) {
    if (!absl::StartsWith(name.text, line.typed)) continue;
    fitting.push_back({line.prefix + name.text, name.help});
  }
  return fitting;
}

std::string FirstLine(const std::string& description) {
  return description.substr(0, description.find('\n'));
}

}  // namespace jobctl
