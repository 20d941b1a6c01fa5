#include "scheduler/core/schedule/jittering_schedule.h"

#include <algorithm>

#include "scheduler/base/random.h"

namespace scheduler::core {

Millis JitterOf(Uid uid, Millis nominal, Millis most) {
  const uint64_t mixed = base::Mix64(uid ^ base::Mix64(static_cast<uint64_t>(nominal)));
  return static_cast<Millis>(mixed % (static_cast<uint64_t>(most) + 1));
}

Occurrence JitteringSchedule::Delayed(const ScheduleContext& context, Occurrence occurrence) const {
  const std::optional<Occurrence> next = schedule_.Next(context, occurrence.nominal);
  const Millis most =
      next.has_value() ? std::min(jitter_, next->nominal - occurrence.nominal - 1) : jitter_;
  occurrence.due = occurrence.nominal + JitterOf(context.uid, occurrence.nominal, most);
  return occurrence;
}

std::optional<Occurrence> JitteringSchedule::Next(const ScheduleContext& context,
                                                  Millis after) const {
  const std::optional<Occurrence> next = schedule_.Next(context, after);
  return next.has_value() ? std::optional(Delayed(context, *next)) : next;
}

std::optional<Occurrence> JitteringSchedule::Previous(const ScheduleContext& context,
                                                      Millis before) const {
  const std::optional<Occurrence> previous = schedule_.Previous(context, before);
  return previous.has_value() ? std::optional(Delayed(context, *previous)) : previous;
}

int64_t JitteringSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  return schedule_.Count(context, from, to);
}

Millis JitteringSchedule::DueUntil(const ScheduleContext& context, Millis time) const {
  // Each is due before the next one's nominal time, so only the last can still be to come.
  const std::optional<Occurrence> last = Previous(context, time + 1);
  return last.has_value() && last->due > time ? last->nominal - 1 : time;
}

}  // namespace scheduler::core
