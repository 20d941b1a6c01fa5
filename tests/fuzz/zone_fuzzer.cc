// Any bytes as the name of a time zone: only names of the database are zones, whatever else the file system holds.

#include <algorithm>
#include <string>

#include "scheduler/base/time_zones.h"
#include "tests/fuzz/schedule_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string name(reinterpret_cast<const char*>(data), size);
  const scheduler::base::TimeZones& zones = scheduler::base::TimeZones::Get();
  const bool listed = name.empty() || name == "UTC" ||
                      std::binary_search(zones.names().begin(), zones.names().end(), name);
  fuzz::Require(zones.Find(name).has_value() == listed, "the zones are those of the list");
  const std::string similar = zones.Similar(name);
  fuzz::Require(similar.empty() || zones.Find(similar).has_value(), "what is proposed is a zone");
  return 0;
}
