#include "scheduler/dispatch/retry_after.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"

namespace scheduler::dispatch {
namespace {

constexpr base::Millis kLongest = 36'500 * base::kDay;

std::string_view Trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<base::Millis> ParseSeconds(std::string_view text) {
  base::Millis seconds = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    seconds = std::min(seconds * 10 + (c - '0'), kLongest / base::kSecond);
  }
  return seconds * base::kSecond;
}

std::optional<base::Millis> ParseDate(const std::string& text) {
  // IMF-fixdate, RFC 850, asctime.
  for (const char* format :
       {"%a, %d %b %Y %H:%M:%S GMT", "%a, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, nullptr)) {
      return absl::ToUnixMillis(time);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::Millis> ParseRetryAfter(std::string_view value, base::Millis now) {
  value = Trim(value);
  if (value.empty() || value.size() > 64) return std::nullopt;
  if (value.front() >= '0' && value.front() <= '9') return ParseSeconds(value);
  const std::optional<base::Millis> date = ParseDate(std::string(value));
  if (!date) return std::nullopt;
  return std::clamp<base::Millis>(*date - now, 0, kLongest);
}

}  // namespace scheduler::dispatch
