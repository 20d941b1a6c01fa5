#ifndef SCHEDULER_CORE_CALENDAR_ICALENDAR_READER_H_
#define SCHEDULER_CORE_CALENDAR_ICALENDAR_READER_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/calendar/icalendar_event.h"

namespace scheduler::core {

// The events of an iCalendar text (RFC 5545), in its order; icalendar_import.h says what is read
// and what passed over. INVALID_ARGUMENT for field "icalendar" names the line. Work and memory are
// linear in the length of the text.
absl::StatusOr<std::vector<IcalendarEvent>> ReadIcalendar(std::string_view text);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_ICALENDAR_READER_H_
