#ifndef TESTS_UNIT_SCHEDULER_CORE_CALENDAR_CALENDAR_REFERENCE_H_
#define TESTS_UNIT_SCHEDULER_CORE_CALENDAR_CALENDAR_REFERENCE_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "scheduler/base/random.h"
#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/schedule/stretches.h"

namespace tests {

// A calendar whose iCalendar events are known without reading them.
struct KnownCalendar {
  scheduler::core::CalendarSpec spec;
  std::vector<scheduler::core::Stretch> local;     // seconds, of events without a zone
  std::vector<scheduler::core::Stretch> instants;  // seconds UTC
};

// Whether the calendar covers a second UTC, by the letter of what its parts mean: slow and obvious.
bool Covers(const KnownCalendar& calendar, int64_t second, const absl::TimeZone& zone);

// Some of all kinds of parts, within a few days of a local day. All of them begin and end at a
// quarter of an hour.
KnownCalendar RandomCalendar(absl::CivilDay around, scheduler::base::Random* random);

// A second UTC near which the clocks of the zone change, between 1975 and 2035; any if they never
// do.
int64_t RandomChange(const absl::TimeZone& zone, scheduler::base::Random* random);

}  // namespace tests

#endif  // TESTS_UNIT_SCHEDULER_CORE_CALENDAR_CALENDAR_REFERENCE_H_
