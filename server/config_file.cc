#include "server/config_file.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <utility>

#include "server/strings.h"

namespace server {
namespace {

// What is this far from a setting is taken for a slip of the hand.
constexpr int kMostSlips = 2;

// The settings that there are, but for those that print something instead.
std::vector<std::string> SettingsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    const std::string flag = option->get_name();
    const bool setting = option->get_configurable() && option != app.get_config_ptr();
    if (setting && flag.starts_with("--")) names.push_back(flag.substr(2));
  }
  return names;
}

// What CLI11 makes of `[name]` and `a.b = 1`.
bool IsSection(const CLI::ConfigItem& item) { return item.name == "++" || item.name == "--"; }

std::string TextOf(const CLI::ConfigItem& item) {
  const std::string parents = CLI::detail::join(item.parents, ".");
  if (IsSection(item)) return StrCat("[", parents, "]");
  return parents.empty() ? item.name : StrCat(parents, ".", item.name);
}

// The number of the line that sets `name`, or opens the section `[name]`; 0 if none is found.
int LineOf(const std::string& text, const std::string& name) {
  int number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    std::string key = CLI::detail::trim_copy(std::string(Split(line, '=').front()));
    if (CLI::detail::remove_quotes(key) == name) return number;
  }
  return 0;
}

std::string Advice(const std::string& name, const std::vector<std::string>& settings) {
  for (int slips = 1; slips <= kMostSlips; ++slips) {
    for (const std::string& setting : settings) {
      if (EditDistance(name, setting) == slips) return StrCat("did you mean ", setting, "?");
    }
  }
  return StrCat("there are ", CLI::detail::join(settings, ", "));
}

}  // namespace

int EditDistance(const std::string& a, const std::string& b) {
  // Levenshtein's distances of a beginning of `a` to all beginnings of `b`.
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (const char letter : a) {
    int diagonal = row[0]++;
    for (size_t i = 0; i < b.size(); ++i) {
      const int exchanged = diagonal + (letter == b[i] ? 0 : 1);
      diagonal = row[i + 1];
      row[i + 1] = std::min({exchanged, row[i] + 1, row[i + 1] + 1});
    }
  }
  return row[b.size()];
}

ConfigFile::ConfigFile(const CLI::App* app, Overridden overridden)
    : app_(*app), overridden_(std::move(overridden)) {}

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
  std::ostringstream read;
  read << input.rdbuf();
  const std::string text = read.str();
  std::istringstream again(text);
  std::vector<CLI::ConfigItem> items = CLI::ConfigTOML::from_config(again);
  for (const CLI::ConfigItem& item : items) {
    if (item.parents.empty() && app_.get_option_no_throw("--" + item.name) != nullptr) continue;
    const std::string name = TextOf(item);
    const int line = LineOf(text, name);
    throw CLI::ConfigError(StrCat(app_.get_config_ptr()->as<std::string>(),
                                  line == 0 ? "" : StrCat(", line ", line), ": ", name,
                                  " is no setting; ", Advice(name, SettingsOf(app_))));
  }
  items.erase(
      std::remove_if(items.begin(), items.end(),
                     [this](const CLI::ConfigItem& item) { return overridden_(item.name); }),
      items.end());
  return items;
}

}  // namespace server
