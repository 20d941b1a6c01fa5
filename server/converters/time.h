#ifndef SERVER_CONVERTERS_TIME_H_
#define SERVER_CONVERTERS_TIME_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "scheduler/base/millis.h"

// Times and lengths of time between the wire and the engine. Finer inputs are rounded up to whole
// milliseconds: nothing is ever due before its time.
namespace server {

using scheduler::base::Millis;

// 9999-12-31T23:59:59.999Z, the last time that protobuf's JSON mapping can print.
inline constexpr Millis kLastTime = 253'402'300'799'999;

// FIELD_OUT_OF_RANGE unless it lies from 1970-01-01T00:00:00Z to kLastTime with nanos of 0 to
// 999,999,999.
absl::StatusOr<Millis> ToMillis(std::string_view field,
                                const google::protobuf::Timestamp& timestamp);

// FIELD_OUT_OF_RANGE unless it lies from `min` to `max` after rounding, with nanos of the sign of
// the seconds.
absl::StatusOr<Millis> ToMillis(std::string_view field, const google::protobuf::Duration& duration,
                                Millis min, Millis max);

void SetTimestamp(Millis millis, google::protobuf::Timestamp* timestamp);
void SetDuration(Millis millis, google::protobuf::Duration* duration);

// "1 ms", "15 s", "24 h": for people, exact.
std::string DescribeMillis(Millis millis);

}  // namespace server

#endif  // SERVER_CONVERTERS_TIME_H_
