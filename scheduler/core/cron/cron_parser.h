#ifndef SCHEDULER_CORE_CRON_CRON_PARSER_H_
#define SCHEDULER_CORE_CRON_CRON_PARSER_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/cron/cron_pattern.h"

// The language: the Open Cron Pattern Specification, 1.0 and its increments 1.1 to 1.4
// (github.com/open-source-cron/ocps), in full but for `@reboot`:
//
//   minute hour day-of-month month weekday               5 fields, at second 0
//   second minute hour day-of-month month weekday        6 fields
//   second minute hour day-of-month month weekday year   7 fields, years 1970-2199
//   @yearly @annually @monthly @weekly @daily @midnight @hourly
//
// Fields are separated by spaces and tabs; cron_field_parser.h has their grammar. Names may be in
// any case, nicknames and the letters L, W and H only as shown. Where both day fields are something
// other than `*` or `?`, a day matches if either does; with `+` before the weekday, if both do.
//
// Beyond it: LW, the last workday of the month; L-n, n days before its last; and H, a value that
// stays the same for one seed and differs from field to field and from seed to seed, to spread jobs
// that mean "some time": H, H(a-b), H/n, H(a-b)/n. In the day of month H alone is one of 1-28.
namespace scheduler::core {

// The pattern of `text`, of any bytes. INVALID_ARGUMENT for what is no pattern; the message points
// at the character, from 1, and says what would be right:
//
//   at character 5: "60" is beyond 59, the last minute
//
// What stands in other schedulers' patterns but belongs into another field of a job is refused with
// that field's name: TZ= and CRON_TZ= (time_zone), @every (intervals), @reboot (start_time).
// A pattern that is well-formed but names no day of any year (30 February) is no error here: see
// CronPattern::CanMatch. Takes one pass over a text of at most limits::kMaxCronBytes.
absl::StatusOr<CronPattern> ParseCron(std::string_view text, uint64_t spread_seed);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_PARSER_H_
