#include "scheduler/core/calendar/icalendar_event.h"

#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {

int64_t SecondOf(const IcalendarTime& time) {
  return time.zone ? Resolve(time.time.civil, *time.zone).first : LocalSecond(time.time.civil);
}

}  // namespace scheduler::core
