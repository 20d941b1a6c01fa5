#include "scheduler/core/schedule/excluding_schedule.h"

#include <algorithm>

namespace scheduler::core {

bool ExcludingSchedule::Excludes(Millis nominal) const {
  return std::binary_search(excluded_.begin(), excluded_.end(), nominal);
}

std::optional<Occurrence> ExcludingSchedule::Next(const ScheduleContext& context,
                                                  Millis after) const {
  std::optional<Occurrence> next = schedule_.Next(context, after);
  while (next.has_value() && Excludes(next->nominal)) {
    next = schedule_.Next(context, next->nominal);
  }
  return next;
}

std::optional<Occurrence> ExcludingSchedule::Previous(const ScheduleContext& context,
                                                      Millis before) const {
  std::optional<Occurrence> previous = schedule_.Previous(context, before);
  while (previous.has_value() && Excludes(previous->nominal)) {
    previous = schedule_.Previous(context, previous->nominal);
  }
  return previous;
}

int64_t ExcludingSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  int64_t count = schedule_.Count(context, from, to);
  if (count == 0) return 0;
  const auto first = std::upper_bound(excluded_.begin(), excluded_.end(), from);
  const auto last = std::upper_bound(excluded_.begin(), excluded_.end(), to);
  for (auto it = first; it < last; ++it) {
    count -= schedule_.Count(context, *it - 1, *it);
  }
  return count;
}

Millis ExcludingSchedule::DueUntil(const ScheduleContext& context, Millis time) const {
  return schedule_.DueUntil(context, time);
}

}  // namespace scheduler::core
