#include "scheduler/core/cron/cron_schedule.h"

#include <algorithm>

#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

// Instants beyond every match in every zone, so that no argument overflows: two days before 1970
// and after 2199.
constexpr int64_t kFirstInstant = -2 * 86'400;
constexpr int64_t kLastInstant = 7'258'118'400 + 2 * 86'400;

int64_t Clamp(int64_t instant) { return std::clamp(instant, kFirstInstant, kLastInstant); }

ClockRule RuleOf(const CronPattern& pattern) {
  return pattern.RunsEveryHour() ? ClockRule::kRealTime : ClockRule::kPolicy;
}

Occurrence ToOccurrence(const ZonedTime& time) {
  const Millis nominal = time.instant * base::kSecond;
  return {nominal, nominal, time.note};
}

}  // namespace

std::optional<Occurrence> CronSchedule::Next(const ScheduleContext& context, Millis after) const {
  if (after >= context.end_time) return std::nullopt;
  // nominal > after and nominal ≥ start_time, in whole seconds.
  const int64_t second =
      after < context.start_time ? CeilSecond(context.start_time) - 1 : FloorSecond(after);
  const CronTimes times(pattern_);
  const std::optional<ZonedTime> next =
      ZonedTimes(times, zone_, RuleOf(pattern_), policy_).Next(Clamp(second));
  if (!next) return std::nullopt;
  const Occurrence occurrence = ToOccurrence(*next);
  if (occurrence.nominal >= context.end_time) return std::nullopt;
  return occurrence;
}

std::optional<Occurrence> CronSchedule::Previous(const ScheduleContext& context,
                                                 Millis before) const {
  const Millis limit = std::min(before, context.end_time);
  if (limit <= context.start_time) return std::nullopt;
  const CronTimes times(pattern_);
  const std::optional<ZonedTime> previous =
      ZonedTimes(times, zone_, RuleOf(pattern_), policy_).Previous(Clamp(CeilSecond(limit)));
  if (!previous) return std::nullopt;
  const Occurrence occurrence = ToOccurrence(*previous);
  if (occurrence.nominal < context.start_time) return std::nullopt;
  return occurrence;
}

int64_t CronSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  // nominal > from and ≥ start_time; nominal ≤ to and < end_time.
  const int64_t first =
      from < context.start_time ? CeilSecond(context.start_time) - 1 : FloorSecond(from);
  const int64_t last = to >= context.end_time ? CeilSecond(context.end_time) - 1 : FloorSecond(to);
  if (last <= first) return 0;
  const CronTimes times(pattern_);
  return ZonedTimes(times, zone_, RuleOf(pattern_), policy_).Count(Clamp(first), Clamp(last));
}

}  // namespace scheduler::core
