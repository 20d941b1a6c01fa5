#ifndef SCHEDULER_CORE_CALENDAR_ICALENDAR_IMPORT_H_
#define SCHEDULER_CORE_CALENDAR_ICALENDAR_IMPORT_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/schedule/stretches.h"

namespace scheduler::core {

// The times that an iCalendar text takes, cut to kFirstCalendarYear … kLastCalendarYear; in no
// order.
struct ImportedTimes {
  // All-day events and floating times: local seconds since 1970-01-01T00:00:00, for whatever zone
  // the calendar is used in.
  std::vector<Stretch> local;
  // Events with TZID or in UTC: seconds UTC.
  std::vector<Stretch> instants;
};

// Reads iCalendar (RFC 5545), such as a feed of public holidays: one VCALENDAR or several, folded
// lines, line ends \r\n or \n, names in any case.
//
// Of a VEVENT count DTSTART, DTEND or DURATION, RRULE, RDATE, EXDATE, STATUS, TRANSP, UID and
// RECURRENCE-ID; other properties, and other components (VTIMEZONE, VALARM, VTODO …), are passed
// over.
//   - An event on dates takes whole days; without an end, one. One with times and no end, or an end
//     at its start, takes no time.
//   - DTEND gives every occurrence the same length in time that passes, DURATION in days of the
//     clock on the wall and time that passes (sections 3.8.5.3 and 3.3.6).
//   - STATUS:CANCELLED takes no time. TRANSP:TRANSPARENT does neither where the event has times:
//     its owner is free then. On dates it does: feeds of public holidays say TRANSPARENT of each.
//   - An event with RECURRENCE-ID takes the place of that occurrence of the event with its UID, and
//     takes its own time; a cancelled one leaves none.
//   - Zones are those of the IANA database, by TZID (TakeTimeForm in icalendar_values.h).
//   - RRULE is as rule_parser.h reads it, of FREQ=DAILY or slower; EventOccurrences has its times.
//
// INVALID_ARGUMENT for field "icalendar": the line, from 1, and what would be right there; likewise
// for more than limits::kMaxIcalendarStretches occurrences in all: a recurrence without an end is
// followed to the last year, and one with COUNT from its first. Any bytes end in an error or a
// value. Work is linear in the text and in the occurrences, of which each takes some microseconds,
// a rare one tens. REQUIRES: at most limits::kMaxIcalendarBytes.
absl::StatusOr<ImportedTimes> ImportIcalendar(std::string_view text);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_ICALENDAR_IMPORT_H_
