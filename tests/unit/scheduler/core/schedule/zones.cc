#include "tests/unit/scheduler/core/schedule/zones.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace tests {
namespace {

std::vector<std::string> ReadNames() {
  std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string first;
    std::string second;
    words >> kind >> first >> second;
    if (kind == "Z") names.push_back(first);
    if (kind == "L") names.push_back(second);
  }
  if (names.empty()) names = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"};
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) {
    std::cerr << "no zone " << name << '\n';
    std::abort();
  }
  return zone;
}

const std::vector<std::string>& ZoneNames() {
  static const auto* names = new std::vector<std::string>(ReadNames());
  return *names;
}

}  // namespace tests
