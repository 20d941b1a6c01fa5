#ifndef CLIENT_JOBCTL_PARSE_TIME_H_
#define CLIENT_JOBCTL_PARSE_TIME_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace jobctl {

// Reads a time: RFC 3339 with its offset (`2024-05-01T10:00:00Z`, `2024-05-01T10:00:00.5+02:00`,
// a blank instead of the T as well), `now`, or a distance from `now` as a signed duration (`+90s`,
// `-1h`). A time without offset is refused, since it would mean another one elsewhere.
// INVALID_ARGUMENT otherwise; the message says how to write one.
absl::StatusOr<absl::Time> ParseTime(absl::string_view text, absl::Time now);

google::protobuf::Timestamp ToTimestamp(absl::Time at);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_TIME_H_
