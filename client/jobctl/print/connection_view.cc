#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/resource_fields.h"
#include "client/jobctl/print/settings_text.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Connection;

// By the names of the environments, of which the default comes first.
std::map<std::string, std::string> TextsOf(const Connection& connection) {
  std::map<std::string, std::string> texts;
  for (const auto& [env, settings] : connection.env()) texts[env] = SettingsText(settings);
  return texts;
}

std::string EnvText(const std::string& env) { return env.empty() ? "default" : env; }

}  // namespace

template <>
std::vector<std::string> HeaderOf<Connection>() {
  return {"CONNECTION", "NAME", "SETTINGS", "EVENTS", "UPDATED"};
}

std::string NameOf(const Connection& connection) { return connection.tag(); }

Row RowOf(const Connection& connection, absl::Time now) {
  constexpr size_t kSettingsWidth = 70;
  std::vector<std::string> settings;
  for (const auto& [env, text] : TextsOf(connection)) {
    settings.push_back(absl::StrCat(EnvText(env), ": ", text));
  }
  return {{connection.tag()},
          {connection.name()},
          {Shortened(absl::StrJoin(settings, "; "), kSettingsWidth)},
          {absl::StrCat(connection.event_count())},
          {RelativeTime(ToTime(connection.update_time()), now)}};
}

Fields PageOf(const Connection& connection, absl::Time now) {
  const auto plain = [](std::string text) { return Cell{std::move(text)}; };
  Fields fields = {{"Connection", plain(connection.tag())},
                   {"Name", plain(connection.name())},
                   {"Product", plain(connection.product())}};
  for (const auto& [env, text] : TextsOf(connection)) {
    fields.push_back({env.empty() ? "Settings" : absl::StrCat("Settings of ", env), plain(text)});
  }
  AddResourceFields(connection, now, &fields);
  return fields;
}

}  // namespace jobctl
