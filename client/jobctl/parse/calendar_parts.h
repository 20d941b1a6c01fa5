#ifndef CLIENT_JOBCTL_PARSE_CALENDAR_PARTS_H_
#define CLIENT_JOBCTL_PARSE_CALENDAR_PARTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ductape/jobs/v1/calendar.pb.h"

// Parts of a calendar as the command line writes them. Dates and times of day themselves are for the
// server to check. INVALID_ARGUMENT says how to write one.
namespace jobctl {

// Reads `2026-12-24..2027-01-01`.
absl::StatusOr<ductape::jobs::v1::Calendar::DateRange> ParseDateRange(absl::string_view text);
std::string DateRangeText(const ductape::jobs::v1::Calendar::DateRange& range);

// Reads `MON-FRI 22:00-24:00`: days, or ranges of them that may go over the end of the week,
// separated by commas, by their names or the first three letters, in any case; and the hours, none
// for whole days.
absl::StatusOr<ductape::jobs::v1::Calendar::WeeklyHours> ParseWeeklyHours(absl::string_view text);
// The same with the days from Monday on. Hours of a whole day are left out.
std::string WeeklyHoursText(const ductape::jobs::v1::Calendar::WeeklyHours& hours);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_CALENDAR_PARTS_H_
