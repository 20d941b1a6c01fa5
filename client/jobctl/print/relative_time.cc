#include "client/jobctl/print/relative_time.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace jobctl {
namespace {

std::string LargestUnit(absl::Duration distance) {
  const int64_t seconds = absl::ToInt64Seconds(distance);
  if (seconds < 1) return absl::StrCat(absl::ToInt64Milliseconds(distance), "ms");
  if (seconds < 60) return absl::StrCat(seconds, "s");
  if (seconds < 3600) return absl::StrCat(seconds / 60, "m");
  if (seconds < 48 * 3600) return absl::StrCat(seconds / 3600, "h");
  return absl::StrCat(seconds / (24 * 3600), "d");
}

}  // namespace

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string RelativeTime(absl::Time at, absl::Time now) {
  const absl::Duration ahead = at - now;
  if (absl::AbsDuration(ahead) < absl::Milliseconds(500)) return "now";
  if (ahead > absl::ZeroDuration()) return absl::StrCat("in ", LargestUnit(ahead));
  return absl::StrCat(LargestUnit(-ahead), " ago");
}

std::string TimeText(absl::Time at) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", absl::FromUnixMillis(absl::ToUnixMillis(at)),
                          absl::UTCTimeZone());
}

std::string TimeAndDistance(absl::Time at, absl::Time now) {
  return absl::StrCat(TimeText(at), " (", RelativeTime(at, now), ")");
}

}  // namespace jobctl
