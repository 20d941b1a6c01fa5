#include "server/system/time_zone_version.h"

#include <fstream>

namespace server {

std::string ReadTimeZoneVersion(const std::string& folder) {
  constexpr std::string_view kHead = "# version ";
  std::ifstream file(folder + "/tzdata.zi");
  std::string line;
  if (!std::getline(file, line) || !line.starts_with(kHead)) return "unknown";
  return line.substr(kHead.size());
}

}  // namespace server
