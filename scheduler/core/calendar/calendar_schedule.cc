#include "scheduler/core/calendar/calendar_schedule.h"

#include <algorithm>

#include "scheduler/base/limits.h"

namespace scheduler::core {

std::optional<Millis> CalendarSchedule::CoveredUntil(Millis t) const {
  std::optional<Millis> until;
  for (const std::shared_ptr<const Calendar>& calendar : calendars_) {
    const std::optional<Millis> end = calendar->CoveredUntil(t, zone_);
    if (end) until = std::max(until.value_or(*end), *end);
  }
  return until;
}

std::optional<Millis> CalendarSchedule::CoveredSince(Millis t) const {
  std::optional<Millis> since;
  for (const std::shared_ptr<const Calendar>& calendar : calendars_) {
    const std::optional<Millis> begin = calendar->CoveredSince(t, zone_);
    if (begin) since = std::min(since.value_or(*begin), *begin);
  }
  return since;
}

std::optional<CoveredStretch> CalendarSchedule::FirstCovered(Millis from, Millis last) const {
  std::optional<CoveredStretch> first;
  // Beyond kNever nothing is covered.
  const Millis until = std::min(last, base::kNever) + 1;
  for (const std::shared_ptr<const Calendar>& calendar : calendars_) {
    const std::optional<CoveredStretch> stretch = calendar->FirstCovered(from, until, zone_);
    if (stretch && (!first || stretch->begin < first->begin)) first = stretch;
  }
  return first;
}

std::optional<Occurrence> CalendarSchedule::Next(const ScheduleContext& context,
                                                 Millis after) const {
  for (int jump = 0; jump <= base::limits::kMaxCalendarJumps; ++jump) {
    std::optional<Occurrence> next = schedule_.Next(context, after);
    if (!next) return std::nullopt;
    const std::optional<Millis> end = CoveredUntil(next->nominal);
    if (!end) return next;
    after = *end - 1;
  }
  return std::nullopt;
}

std::optional<Occurrence> CalendarSchedule::Previous(const ScheduleContext& context,
                                                     Millis before) const {
  for (int jump = 0; jump <= base::limits::kMaxCalendarJumps; ++jump) {
    std::optional<Occurrence> previous = schedule_.Previous(context, before);
    if (!previous) return std::nullopt;
    const std::optional<Millis> begin = CoveredSince(previous->nominal);
    if (!begin) return previous;
    before = *begin;
  }
  return std::nullopt;
}

// What is covered is taken off stretch by stretch. Each begins where the last one ended, or later:
// what several calendars cover is taken off once.
int64_t CalendarSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  int64_t count = schedule_.Count(context, from, to);
  while (count > 0) {
    const std::optional<Occurrence> next = schedule_.Next(context, from);
    if (!next || next->nominal > to) break;
    const std::optional<CoveredStretch> covered = FirstCovered(next->nominal, to);
    if (!covered) break;
    // The last time before the stretch; those in it are in (before, end).
    const Millis before = std::max(from, covered->begin - 1);
    const Millis end = std::min(covered->end - 1, to);
    count -= schedule_.Count(context, before, end);
    from = end;
  }
  return count;
}

Millis CalendarSchedule::DueUntil(const ScheduleContext& context, Millis time) const {
  return schedule_.DueUntil(context, time);
}

}  // namespace scheduler::core
