#include "server/converters/time.h"

#include "scheduler/base/errors.h"
#include "server/strings.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;

constexpr int32_t kNanosPerSecond = 1'000'000'000;
constexpr int32_t kNanosPerMilli = 1'000'000;
// The bound that protobuf states for Duration.seconds: about 10,000 years.
constexpr int64_t kMaxDurationSeconds = 315'576'000'000;

std::string DescribeParts(int64_t seconds, int32_t nanos) {
  return StrCat("seconds ", seconds, ", nanos ", nanos);
}

// REQUIRES: seconds × 1000 does not overflow.
Millis RoundUp(int64_t seconds, int32_t nanos) {
  // For negative nanos integer division already rounds toward zero, which is up.
  const int32_t millis =
      nanos > 0 ? (nanos + kNanosPerMilli - 1) / kNanosPerMilli : nanos / kNanosPerMilli;
  return seconds * 1000 + millis;
}

}  // namespace

absl::StatusOr<Millis> ToMillis(std::string_view field,
                                const google::protobuf::Timestamp& timestamp) {
  const int64_t seconds = timestamp.seconds();
  const int32_t nanos = timestamp.nanos();
  if (nanos < 0 || nanos >= kNanosPerSecond) {
    return errors::FieldOutOfRange(field, DescribeParts(seconds, nanos), "nanos of 0 to 999999999");
  }
  if (seconds < 0 || seconds > kLastTime / 1000 || RoundUp(seconds, nanos) > kLastTime) {
    return errors::FieldOutOfRange(field, DescribeParts(seconds, nanos),
                                   "1970-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z");
  }
  return RoundUp(seconds, nanos);
}

absl::StatusOr<Millis> ToMillis(std::string_view field, const google::protobuf::Duration& duration,
                                Millis min, Millis max) {
  const int64_t seconds = duration.seconds();
  const int32_t nanos = duration.nanos();
  const bool signs_differ = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0);
  const bool malformed = nanos <= -kNanosPerSecond || nanos >= kNanosPerSecond || signs_differ ||
                         seconds < -kMaxDurationSeconds || seconds > kMaxDurationSeconds;
  if (malformed || RoundUp(seconds, nanos) < min || RoundUp(seconds, nanos) > max) {
    return errors::FieldOutOfRange(field, DescribeParts(seconds, nanos),
                                   StrCat(DescribeMillis(min), " to ", DescribeMillis(max)));
  }
  return RoundUp(seconds, nanos);
}

void SetTimestamp(Millis millis, google::protobuf::Timestamp* timestamp) {
  int64_t seconds = millis / 1000;
  int64_t rest = millis % 1000;
  if (rest < 0) {
    --seconds;
    rest += 1000;
  }
  timestamp->set_seconds(seconds);
  timestamp->set_nanos(static_cast<int32_t>(rest) * kNanosPerMilli);
}

void SetDuration(Millis millis, google::protobuf::Duration* duration) {
  duration->set_seconds(millis / 1000);
  duration->set_nanos(static_cast<int32_t>(millis % 1000) * kNanosPerMilli);
}

std::string DescribeMillis(Millis millis) {
  if (millis != 0 && millis % scheduler::base::kDay == 0 && millis > scheduler::base::kDay) {
    return StrCat(millis / scheduler::base::kDay, " days");
  }
  if (millis != 0 && millis % scheduler::base::kHour == 0) {
    return StrCat(millis / scheduler::base::kHour, " h");
  }
  if (millis % 1000 == 0) return StrCat(millis / 1000, " s");
  return StrCat(millis, " ms");
}

}  // namespace server
