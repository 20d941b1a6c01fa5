#ifndef SCHEDULER_CORE_CALENDAR_ICALENDAR_OCCURRENCES_H_
#define SCHEDULER_CORE_CALENDAR_ICALENDAR_OCCURRENCES_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "scheduler/core/calendar/icalendar_event.h"
#include "scheduler/core/rule/rule_dates.h"
#include "scheduler/core/schedule/stretches.h"

namespace scheduler::core {

// When an event takes place: at its DTSTART, and the times of its RRULE and RDATE, without those of
// EXDATE and those that other events replace (RFC 5545 section 3.8.5). Seconds are those of
// SecondOf: a floating event's and an all-day one's are local.
//
// The rule is that of rule_schedule.h; a local time in a gap is the first one after it, one in a
// fold the first pass. DTSTART is an occurrence whether or not RRULE names it, and COUNT counts
// what RRULE names.
class EventOccurrences {
 public:
  // `event` outlives it. `replaced`: the RECURRENCE-IDs of other events with its UID.
  EventOccurrences(const IcalendarEvent& event, const std::vector<IcalendarTime>& replaced);

  // Calls `visit` with the time that each takes, in no order, until it says false. A time can come
  // twice; what EXDATE takes from the rule comes as an empty stretch, so that visits bound the
  // work. What ends before 1970 is left out, unless COUNT has to count it. Work: one search by the
  // rule for each, of a few microseconds; tens of them where the next is far.
  void ForEach(absl::FunctionRef<bool(Stretch)> visit) const;

 private:
  void ForEachOfRule(absl::FunctionRef<bool(Stretch)> visit) const;
  // That of the occurrence which begins then.
  Stretch StretchAt(int64_t begin) const;

  const IcalendarEvent& event_;
  absl::TimeZone zone_;  // that `event_` repeats in
  int64_t start_;
  RuleExclusions excluded_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_ICALENDAR_OCCURRENCES_H_
