#ifndef SCHEDULER_CORE_CRON_CRON_FIELD_PARSER_H_
#define SCHEDULER_CORE_CRON_CRON_FIELD_PARSER_H_

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "scheduler/core/cron/cron_days.h"
#include "scheduler/core/cron/cron_fields.h"
#include "scheduler/core/cron/cron_source.h"

// One field of a cron pattern:
//
//   field = ["+"] item {"," item}          "+" before the weekday alone
//   item  = ("*" | "?") ["/" step]         "?" in the two day fields
//         | value ["-" value ["/" step]]   a name may stand for a month or weekday
//         | "H" ["(" value "-" value ")"] ["/" step]      not in the year
//         | "L" ["-" n] | n "W" | "LW"     day of month; those with W alone in their field
//         | value ("L" | "#" n | "#L")     weekday; n from 1 to 5
namespace scheduler::core {

struct CronFieldValue {
  // Bit v − low of the field: value v. The weekday 7 is stored as 0.
  std::bitset<kLastCronYear - kFirstCronYear + 1> values;
  bool star = false;  // the whole field is `*` or `?`: it restricts nothing
  bool plus = false;  // the weekday began with `+`
  // What day fields have beside fixed values: those members of CronDays that are no `days` and no
  // `weekdays`.
  CronDays extras;
};

// Reads [begin, end) of `source`, which is not empty, in one pass. `seed` decides what `H` is.
absl::StatusOr<CronFieldValue> ParseCronField(const CronSource& source, size_t begin, size_t end,
                                              CronField field, uint64_t seed);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_FIELD_PARSER_H_
