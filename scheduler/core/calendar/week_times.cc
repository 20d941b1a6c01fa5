#include "scheduler/core/calendar/week_times.h"

#include "scheduler/core/rule/rule_days.h"
#include "scheduler/core/rule/rule_times.h"

namespace scheduler::core {
namespace {

constexpr int64_t kWeekSeconds = 7 * kDaySeconds;

// The midnight that begins the Monday of the week that `second` lies in.
int64_t WeekBegin(int64_t second) {
  const int64_t day = FloorDiv(second, kDaySeconds);
  return (day - WeekdayOf(day)) * kDaySeconds;
}

}  // namespace

WeekTimes::WeekTimes(const std::vector<WeeklyHours>& hours) {
  std::vector<Stretch> all;
  for (const WeeklyHours& entry : hours) {
    for (int weekday = 0; weekday < 7; ++weekday) {
      if ((entry.weekdays >> weekday & 1) == 0) continue;
      const int64_t midnight = weekday * kDaySeconds;
      all.push_back({midnight + entry.start_minute * 60, midnight + entry.end_minute * 60});
    }
  }
  week_ = Stretches(std::move(all));
}

std::optional<Stretch> WeekTimes::Around(int64_t second) const {
  const int64_t begin = WeekBegin(second);
  std::optional<Stretch> found = week_.Around(second - begin);
  if (!found) return std::nullopt;
  // Sunday's last stretch and Monday's first are one where they meet.
  const bool to_next = found->end == kWeekSeconds;
  const bool from_last = found->begin == 0;
  if (to_next) {
    if (const auto monday = week_.Around(0)) found->end += monday->end;
  }
  if (from_last) {
    if (const auto sunday = week_.Around(kWeekSeconds - 1))
      found->begin = sunday->begin - kWeekSeconds;
  }
  return Stretch{found->begin + begin, found->end + begin};
}

std::optional<int64_t> WeekTimes::FirstFrom(int64_t second) const {
  const int64_t begin = WeekBegin(second);
  if (const auto here = week_.FirstFrom(second - begin)) return *here + begin;
  if (const auto next = week_.FirstFrom(0)) return *next + begin + kWeekSeconds;
  return std::nullopt;
}

}  // namespace scheduler::core
