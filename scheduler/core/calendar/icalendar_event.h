#ifndef SCHEDULER_CORE_CALENDAR_ICALENDAR_EVENT_H_
#define SCHEDULER_CORE_CALENDAR_ICALENDAR_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "scheduler/core/rule/rule_pattern.h"

// A VEVENT (RFC 5545 section 3.6.1) with what matters to the time it takes, as plain values.
namespace scheduler::core {

// A DATE or DATE-TIME with its zone.
struct IcalendarTime {
  RuleTime time;
  std::optional<absl::TimeZone> zone;  // of TZID; a local time without one is floating

  bool is_date() const { return time.kind == RuleTime::Kind::kDate; }
  // A time of the wall's clock, in whatever zone the calendar is used.
  bool is_floating() const { return time.kind == RuleTime::Kind::kLocal && !zone; }
};

// The time as a second UTC; a floating one or a date (its midnight) as a local second since
// 1970-01-01T00:00:00. A local time that clocks skip is the first one after the gap, one that they
// repeat the first of both.
int64_t SecondOf(const IcalendarTime& time);

// Days by the clock on the wall, then seconds that pass (RFC 5545 section 3.3.6). Not negative.
struct IcalendarLength {
  int64_t days = 0;
  int64_t seconds = 0;

  bool is_zero() const { return days == 0 && seconds == 0; }

  friend bool operator==(const IcalendarLength&, const IcalendarLength&) = default;
};

struct IcalendarEvent {
  int line = 0;  // of its BEGIN:VEVENT
  std::string uid;
  bool is_cancelled = false;    // STATUS:CANCELLED
  bool is_transparent = false;  // TRANSP:TRANSPARENT
  IcalendarTime start;
  IcalendarLength length;  // of DTEND or DURATION, or the default
  // DAILY or slower; the times of day that it names are dropped if `start` is a date.
  std::optional<RulePattern> pattern;
  std::vector<IcalendarTime> dates;       // RDATE
  std::vector<IcalendarTime> excluded;    // EXDATE
  std::optional<IcalendarTime> replaces;  // RECURRENCE-ID
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_ICALENDAR_EVENT_H_
