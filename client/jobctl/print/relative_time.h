#ifndef CLIENT_JOBCTL_PRINT_RELATIVE_TIME_H_
#define CLIENT_JOBCTL_PRINT_RELATIVE_TIME_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace jobctl {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);

// The distance of `at` from `now` in its one largest unit, rounded down: `in 3s`, `2m ago`, `now`
// within half a second.
std::string RelativeTime(absl::Time at, absl::Time now);

// RFC 3339 in UTC with milliseconds where there are any: `2024-05-01T10:00:00.250Z`.
std::string TimeText(absl::Time at);

// Both: `2024-05-01T10:00:00Z (2m ago)`.
std::string TimeAndDistance(absl::Time at, absl::Time now);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_RELATIVE_TIME_H_
