#include "tests/simulation/calendars.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace sim {
namespace {

constexpr Millis kSecond = 1000;
// How long a change may take until it is committed and settled, in a world without stalls, in seconds.
constexpr int64_t kAfterChange = 2;

// The parts of `windows` in [begin, end).
Windows Within(const Windows& windows, int64_t begin, int64_t end) {
  Windows parts;
  for (const auto& [first, last] : windows) {
    if (std::max(first, begin) < std::min(last, end)) {
      parts.emplace_back(std::max(first, begin), std::min(last, end));
    }
  }
  return parts;
}

std::string TimeText(int64_t second) {
  return absl::FormatTime("%Y%m%dT%H%M%SZ", absl::FromUnixSeconds(second), absl::UTCTimeZone());
}

}  // namespace

bool Holds(const Windows& windows, int64_t second) {
  return std::any_of(windows.begin(), windows.end(), [second](const auto& window) {
    return window.first <= second && second < window.second;
  });
}

bool CalendarHistory::Covers(Millis time) const {
  const Windows* in_force = nullptr;
  for (const auto& [at, windows] : versions_) {
    if (at <= time) in_force = &windows;
  }
  return in_force != nullptr && Holds(*in_force, time / kSecond);
}

scheduler::core::CalendarSpec SpecOf(const std::string& product, const std::string& tag,
                                     const Windows& windows) {
  scheduler::core::CalendarSpec spec;
  spec.product = product;
  spec.tag = tag;
  spec.dates = {absl::CivilDay(1970, 1, 2)};  // so that it is never empty
  if (windows.empty()) return spec;
  spec.icalendar = "BEGIN:VCALENDAR\r\n";
  for (const auto& [first, last] : windows) {
    absl::StrAppend(&spec.name, spec.name.empty() ? "" : " ", first, " ", last);
    absl::StrAppend(&spec.icalendar, "BEGIN:VEVENT\r\nUID:", first, "\r\nDTSTART:", TimeText(first),
                    "\r\nDTEND:", TimeText(last), "\r\nEND:VEVENT\r\n");
  }
  absl::StrAppend(&spec.icalendar, "END:VCALENDAR\r\n");
  return spec;
}

Windows WindowsOf(const scheduler::core::CalendarSpec& spec) {
  Windows windows;
  std::istringstream numbers(spec.name);
  for (int64_t first = 0, last = 0; numbers >> first >> last;) windows.emplace_back(first, last);
  return windows;
}

Windows RandomWindows(Millis now, Millis reach, const Windows& before,
                      scheduler::base::Random* random) {
  const int64_t second = now / kSecond;
  const int64_t end = second + kAfterChange;
  const auto seconds = static_cast<uint64_t>(reach / kSecond + 2);
  Windows windows = Within(before, second, end);
  for (uint64_t i = random->Below(4); i > 0; --i) {
    const int64_t first =
        second + static_cast<int64_t>(random->Below(2 * seconds)) - static_cast<int64_t>(seconds);
    const int64_t last = first + 1 + static_cast<int64_t>(random->Below(3 * seconds));
    for (const Windows& part :
         {Within({{first, last}}, first, second), Within({{first, last}}, end, last)}) {
      windows.insert(windows.end(), part.begin(), part.end());
    }
  }
  return windows;
}

}  // namespace sim
