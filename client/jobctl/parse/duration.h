#ifndef CLIENT_JOBCTL_PARSE_DURATION_H_
#define CLIENT_JOBCTL_PARSE_DURATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace jobctl {

// Reads a duration as people write it: numbers with the units ms, s, m, h, d or w, largest first
// or not, added up: `500ms`, `1.5s`, `1m30s`, `7d`. A day is 24 hours. `0` needs no unit. What is
// not a whole number of milliseconds is refused, as are signs and blanks.
//
// Errors: INVALID_ARGUMENT, with a message that says how to write one.
absl::StatusOr<absl::Duration> ParseDuration(absl::string_view text);

// The inverse: the shortest such text, with at most three units: `1m30s`, `2d`, `500ms`, `0s`.
// Negative durations get a minus sign.
std::string DurationText(absl::Duration duration);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_DURATION_H_
