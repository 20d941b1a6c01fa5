#include "client/jobctl/shell/man_page.h"

#include <functional>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/jobctl/shell/completion.h"
#include "client/jobctl/shell/typed_line.h"
#include "ductape/version.h"

namespace jobctl {
namespace {

// Text as roff prints it: no escapes, no requests, hyphens that can be copied.
std::string Plain(const std::string& text) {
  std::string plain = absl::StrReplaceAll(
      text, {{"\\", "\\e"}, {"-", "\\-"}, {"\xE2\x80\xA6", "\\&..."}, {"\"", "\\(dq"}});
  if (absl::StartsWith(plain, ".") || absl::StartsWith(plain, "'")) plain.insert(0, "\\&");
  return plain;
}

std::string Bold(const std::string& text) { return absl::StrCat("\\fB", Plain(text), "\\fR"); }
std::string Italic(const std::string& text) { return absl::StrCat("\\fI", Plain(text), "\\fR"); }

// Paragraphs; lines that are set in by two blanks are examples.
void AppendText(const std::string& text, std::string* page) {
  bool example = false;
  for (const absl::string_view piece : absl::StrSplit(text, '\n')) {
    const std::string line(piece);
    const bool indented = absl::StartsWith(line, "  ");
    if (indented != example) absl::StrAppend(page, indented ? ".PP\n.nf\n.RS 4\n" : ".RE\n.fi\n");
    example = indented;
    absl::StrAppend(page, line.empty() ? ".PP" : Plain(indented ? line.substr(2) : line), "\n");
  }
  if (example) absl::StrAppend(page, ".RE\n.fi\n");
}

// `-o, --output table|json`.
std::string FlagText(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back(Bold("-" + name));
  for (const std::string& name : option.get_lnames()) names.push_back(Bold("--" + name));
  std::string text = absl::StrJoin(names, ", ");
  if (TakesValue(option)) absl::StrAppend(&text, " ", Italic(option.get_type_name()));
  return text;
}

std::string HelpText(const CLI::Option& option) {
  std::string help = option.get_description();
  if (!option.get_envname().empty()) absl::StrAppend(&help, ". Variable: ", option.get_envname());
  return help;
}

void AppendOptions(const std::vector<const CLI::Option*>& options, std::string* page) {
  for (const CLI::Option* option : options) {
    absl::StrAppend(page, ".TP\n",
                    option->get_positional() ? Italic(option->get_type_name()) : FlagText(*option),
                    "\n");
    AppendText(HelpText(*option), page);
  }
}

// The arguments and flags of `app` that are its own: all have --help.
std::vector<const CLI::Option*> OptionsOf(const CLI::App& app) {
  return app.get_options([&app](const CLI::Option* option) {
    return option != app.get_help_ptr() && !option->get_group().empty();
  });
}

// `jobctl job get [flags] JOB`.
std::string UsageOf(const CLI::App& app, const std::string& name) {
  std::string usage = Bold(name);
  const std::vector<const CLI::Option*> options = OptionsOf(app);
  if (absl::c_any_of(options, [](const CLI::Option* o) { return o->nonpositional(); })) {
    absl::StrAppend(&usage, " [", Italic("flags"), "]");
  }
  for (const CLI::Option* option : options) {
    if (!option->get_positional()) continue;
    const std::string type =
        Italic(option->get_type_name()) + (option->get_expected_max() > 1 ? " .\\|.\\|." : "");
    absl::StrAppend(&usage, " ", option->get_required() ? type : absl::StrCat("[", type, "]"));
  }
  return usage;
}

void AppendCommands(const CLI::App& app, const std::string& name, std::string* page) {
  for (const CLI::App* command : app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    if (command->get_group().empty()) continue;
    const std::string full = absl::StrCat(name, " ", command->get_name());
    const bool leaf = command->get_subcommands(std::function<bool(const CLI::App*)>()).empty();
    absl::StrAppend(page, ".SS ", Plain(full), "\n");
    if (leaf) absl::StrAppend(page, UsageOf(*command, full), "\n.PP\n");
    AppendText(command->get_description(), page);
    AppendOptions(OptionsOf(*command), page);
    AppendCommands(*command, full, page);
  }
}

}  // namespace

std::string ManPage(const CLI::App& root) {
  std::string page = absl::StrCat(".TH JOBCTL 1 \"\" \"Ductape Jobs ", ductape::kVersion,
                                  "\" \"User Commands\"\n.SH NAME\n",
                                  Plain(FirstLine(root.get_description())), "\n.SH SYNOPSIS\n");
  absl::StrAppend(&page, Bold("jobctl"), " ", Italic("command"), " [", Italic("flags"), "]\n");
  const std::string text = root.get_description();
  const size_t rest = text.find("\n\n");
  if (rest != std::string::npos) {
    absl::StrAppend(&page, ".SH DESCRIPTION\n");
    AppendText(text.substr(rest + 2), &page);
  }
  absl::StrAppend(&page, ".SH COMMANDS\n");
  AppendCommands(root, "jobctl", &page);
  absl::StrAppend(&page, ".SH GLOBAL FLAGS\nThey stand anywhere in the line.\n");
  AppendOptions(OptionsOf(root), &page);
  absl::StrAppend(&page, ".SH OUTPUT AND EXIT CODES\n");
  AppendText(root.get_footer(), &page);
  return page;
}

}  // namespace jobctl
