#ifndef TESTS_UNIT_SCHEDULER_CORE_SCHEDULE_ZONES_H_
#define TESTS_UNIT_SCHEDULER_CORE_SCHEDULE_ZONES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace tests {

// The zone of this name; a name that is not there fails the program.
absl::TimeZone Zone(const std::string& name);

// The names in the machine's tzdata.zi, zones and links, sorted; its own list where there is none.
const std::vector<std::string>& ZoneNames();

}  // namespace tests

#endif  // TESTS_UNIT_SCHEDULER_CORE_SCHEDULE_ZONES_H_
