#include "client/jobctl/parse/time.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/duration.h"

namespace jobctl {
namespace {

absl::Status NoTime(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no time; write RFC 3339 with an offset ",
                   "(2024-05-01T10:00:00Z), now, or a distance from now (+90s, -1h)"));
}

}  // namespace

absl::StatusOr<absl::Time> ParseTime(absl::string_view text, absl::Time now) {
  if (text == "now") return now;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    const absl::StatusOr<absl::Duration> distance = ParseDuration(text.substr(1));
    if (!distance.ok()) return NoTime(text);
    return text[0] == '+' ? now + *distance : now - *distance;
  }
  std::string normal(text);
  if (normal.size() > 10 && normal[10] == ' ') normal[10] = 'T';
  absl::Time at;
  std::string error;
  // absl takes "infinite-future" as well, and blanks around.
  if (normal.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(normal[0])) ||
      !absl::ParseTime(absl::RFC3339_full, normal, &at, &error)) {
    return NoTime(text);
  }
  return at;
}

google::protobuf::Timestamp ToTimestamp(absl::Time at) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(at);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(at - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

}  // namespace jobctl
