#include "scheduler/base/time_zones.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "scheduler/base/strings.h"

namespace scheduler::base {
namespace {

constexpr std::string_view kVersionHead = "# version ";
constexpr const char* kFolder = "/usr/share/zoneinfo";

// The name that a line of tzdata.zi defines (zic(8): "Z NAME RULES…", "L TARGET NAME"); empty if none.
std::string_view DefinedName(std::string_view line) {
  std::string_view rest;
  if (line.starts_with("Z ")) {
    rest = line.substr(2);
  } else if (line.starts_with("L ")) {
    const size_t target_end = line.find(' ', 2);
    if (target_end == std::string_view::npos) return {};
    rest = line.substr(target_end + 1);
  }
  return rest.substr(0, rest.find(' '));
}

std::string_view LastPart(std::string_view name) { return name.substr(name.rfind('/') + 1); }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

}  // namespace

TimeZones::TimeZones(const std::string& folder) : names_{"UTC"} {
  std::ifstream file(folder + "/tzdata.zi");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with(kVersionHead)) version_ = line.substr(kVersionHead.size());
    const std::string_view name = DefinedName(line);
    if (!name.empty()) names_.emplace_back(name);
  }
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
}

const TimeZones& TimeZones::Get() {
  static const TimeZones* const zones = [] {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
    const char* const folder = std::getenv("TZDIR");
    return new TimeZones(folder == nullptr ? kFolder : folder);
  }();
  return *zones;
}

std::optional<absl::TimeZone> TimeZones::Find(std::string_view name) const {
  if (name.empty() || name == "UTC") return absl::UTCTimeZone();
  if (!std::binary_search(names_.begin(), names_.end(), name)) return std::nullopt;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(ToAbsl(name), &zone)) return std::nullopt;
  return zone;
}

std::string TimeZones::Similar(std::string_view name) const {
  for (const std::string& known : names_) {
    if (EqualsIgnoringCase(known, name)) return known;
  }
  for (const std::string& known : names_) {
    if (EqualsIgnoringCase(LastPart(known), name)) return known;
  }
  return {};
}

}  // namespace scheduler::base
