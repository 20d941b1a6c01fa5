#ifndef SCHEDULER_CORE_CALENDAR_STORED_CALENDAR_H_
#define SCHEDULER_CORE_CALENDAR_STORED_CALENDAR_H_

#include <cstdint>

#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/model.h"

namespace scheduler::core {

// A calendar and what the catalog adds.
struct StoredCalendar {
  CalendarSpec spec;
  Uid uid = 0;
  int64_t generation = 0;
  Millis create_time = 0;
  Millis update_time = 0;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_STORED_CALENDAR_H_
