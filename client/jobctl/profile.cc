#include "client/jobctl/profile.h"

#include <cstdlib>
#include <sstream>
#include <vector>

#include "CLI/Config.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/globals.h"
#include "client/jobctl/parse/message_file.h"

namespace jobctl {
namespace {

// Whether a profile may set the flag: all global ones but those that lead to the profile.
bool IsSetting(const CLI::Option& option) {
  return option.get_group() == kGlobalGroup && !option.get_lnames().empty() &&
         option.get_lnames().front() != "profile" && option.get_lnames().front() != "config";
}

std::string SettingNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (IsSetting(*option)) names.push_back(option->get_lnames().front());
  }
  return absl::StrJoin(names, ", ");
}

absl::Status AddItem(const CLI::ConfigItem& item, const CLI::App& app, Profiles* profiles) {
  if (item.name == "++" || item.name == "--") {  // how CLI11 marks the ends of a section
    if (item.name == "++" && item.parents.size() == 1) profiles->by_name[item.parents.front()];
    return absl::OkStatus();
  }
  if (item.inputs.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(item.name, ": takes one value"));
  }
  if (item.parents.empty() && item.name == "profile") {
    profiles->chosen = item.inputs.front();
    return absl::OkStatus();
  }
  if (item.parents.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(item.fullname(), ": stands in no profile; write it below a line [NAME]"));
  }
  const CLI::Option* option = app.get_option_no_throw("--" + item.name);
  if (option == nullptr || !IsSetting(*option)) {
    return absl::InvalidArgumentError(
        absl::StrCat(item.fullname(), " is no setting; there are ", SettingNames(app)));
  }
  profiles->by_name[item.parents.front()][item.name] = item.inputs.front();
  return absl::OkStatus();
}

std::string NamesOf(const Profiles& profiles) {
  return absl::StrJoin(profiles.by_name, ", ", [](std::string* out, const auto& profile) {
    absl::StrAppend(out, profile.first);
  });
}

// Whether the environment gives a token, which wins over the profile's file.
bool HasToken() {
  return std::getenv("DUCTAPE_JOBS_TOKEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

absl::Status Set(CLI::App& app, const Profiles::Values& values) {
  for (const auto& [name, value] : values) {
    CLI::Option* option = app.get_option("--" + name);
    if (option->count() > 0 || (name == "token-file" && HasToken())) continue;
    try {
      option->add_result(value);
      option->run_callback();
    } catch (const CLI::Error& error) {
      return absl::InvalidArgumentError(error.what());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Profiles> ParseProfiles(const std::string& toml, const CLI::App& app) {
  Profiles profiles;
  std::istringstream in(toml);
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(in);
  } catch (const CLI::Error& error) {
    return absl::InvalidArgumentError(error.what());
  }
  for (const CLI::ConfigItem& item : items) {
    absl::Status status = AddItem(item, app, &profiles);
    if (!status.ok()) return status;
  }
  return profiles;
}

absl::StatusOr<Profiles> ReadProfiles(const std::string& file, const CLI::App& app) {
  std::istringstream no_input;
  const absl::StatusOr<std::string> text = ReadTextFile(file, no_input);
  if (!text.ok()) return text.status();
  absl::StatusOr<Profiles> profiles = ParseProfiles(*text, app);
  if (profiles.ok()) return profiles;
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", profiles.status().message()));
}

absl::Status ApplyProfile(CLI::App& app, const std::string& default_file) {
  const CLI::Option& named = *app.get_option("--profile");
  const bool is_named = named.count() > 0;
  const std::string asked =
      app.get_option("--config")->count() > 0 ? app.get_option("--config")->as<std::string>() : "";
  const std::string file = asked.empty() ? default_file : asked;
  if (file.empty() && !is_named) return absl::OkStatus();
  const absl::StatusOr<Profiles> profiles = ReadProfiles(file, app);
  if (absl::IsNotFound(profiles.status()) && asked.empty() && !is_named) return absl::OkStatus();
  if (!profiles.ok()) return profiles.status();
  const std::string name = is_named ? named.as<std::string>() : profiles->chosen;
  if (name.empty()) return absl::OkStatus();
  const auto profile = profiles->by_name.find(name);
  if (profile == profiles->by_name.end()) {
    return absl::NotFoundError(
        absl::StrCat(file, ": has no profile \"", name, "\"; there are ",
                     profiles->by_name.empty() ? "none" : NamesOf(*profiles)));
  }
  return Set(app, profile->second);
}

}  // namespace jobctl
