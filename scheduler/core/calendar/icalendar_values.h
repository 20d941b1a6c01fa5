#ifndef SCHEDULER_CORE_CALENDAR_ICALENDAR_VALUES_H_
#define SCHEDULER_CORE_CALENDAR_ICALENDAR_VALUES_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "scheduler/core/calendar/icalendar_event.h"
#include "scheduler/core/rule/rule_text.h"

// The parameters and values of iCalendar properties, beside rule_values.h. Each function reads from
// the cursor, or gives INVALID_ARGUMENT with its line.
namespace scheduler::core {

// Passes the parameters behind a property's name, and the ":" before its value.
absl::Status PassParameters(RuleCursor* cursor);

// What the parameters of a property with times say of them.
struct IcalendarTimeForm {
  std::optional<bool> is_date;  // of VALUE=DATE, VALUE=DATE-TIME
  std::optional<absl::TimeZone> zone;
};

// The same with VALUE and TZID; others are passed. TZID is a name of the IANA time zone database,
// or ends in one behind a path of its author, "/example.org/20260101/Europe/Berlin"; what a
// VTIMEZONE says of it does not count. VALUE=PERIOD and RANGE=THISANDFUTURE are refused.
absl::StatusOr<IcalendarTimeForm> TakeTimeForm(RuleCursor* cursor);

// One DATE or DATE-TIME. One in UTC (…Z) has no zone, whatever TZID says.
absl::StatusOr<IcalendarTime> TakeIcalendarTime(RuleCursor* cursor, const IcalendarTimeForm& form);

// A comma-separated list of them, added to `out`, of which `out` holds limits::kMaxRuleDates at
// most.
absl::Status TakeIcalendarTimes(RuleCursor* cursor, const IcalendarTimeForm& form,
                                std::vector<IcalendarTime>* out);

// A DURATION such as P1D, PT1H30M or P2W, that is not negative. Weeks and days are
// IcalendarLength's days.
absl::StatusOr<IcalendarLength> TakeDuration(RuleCursor* cursor);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_ICALENDAR_VALUES_H_
