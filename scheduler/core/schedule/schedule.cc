#include "scheduler/core/schedule/schedule.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace scheduler::core {
namespace {

// Every difference below is taken between two times of which both lie in [start_time, end_time], so
// that within ±kNever none overflows; `after`, `before`, `from` and `to` may be any number.

Occurrence At(Millis nominal) { return Occurrence{nominal, nominal, {}}; }

}  // namespace

// ---- IntervalSchedule -------------------------------------------------------------------------

std::optional<Occurrence> IntervalSchedule::Next(const ScheduleContext& context,
                                                 Millis after) const {
  const Millis start = context.start_time;
  if (context.end_time <= start || after >= context.end_time) return std::nullopt;
  if (after < start) return At(start);
  const int64_t k = (after - start) / interval_ + 1;
  // k × interval may pass the end by a whole interval: compare before multiplying.
  if (k > (context.end_time - 1 - start) / interval_) return std::nullopt;
  return At(start + k * interval_);
}

std::optional<Occurrence> IntervalSchedule::Previous(const ScheduleContext& context,
                                                     Millis before) const {
  const Millis start = context.start_time;
  const Millis limit = std::min(before, context.end_time);
  if (limit <= start) return std::nullopt;
  return At(start + (limit - 1 - start) / interval_ * interval_);
}

int64_t IntervalSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  const Millis start = context.start_time;
  if (to <= from || to < start || context.end_time <= start) return 0;
  const Millis last = std::min(to, context.end_time - 1);
  if (last <= from) return 0;
  const int64_t through_last = (last - start) / interval_ + 1;
  const int64_t through_from = from < start ? 0 : (from - start) / interval_ + 1;
  return through_last - through_from;
}

// ---- SingleSchedule ---------------------------------------------------------------------------

std::optional<Occurrence> SingleSchedule::Next(const ScheduleContext& context, Millis after) const {
  if (after >= context.start_time || context.end_time <= context.start_time) return std::nullopt;
  return At(context.start_time);
}

std::optional<Occurrence> SingleSchedule::Previous(const ScheduleContext& context,
                                                   Millis before) const {
  if (before <= context.start_time || context.end_time <= context.start_time) return std::nullopt;
  return At(context.start_time);
}

int64_t SingleSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  const std::optional<Occurrence> next = Next(context, from);
  return next.has_value() && next->nominal <= to ? 1 : 0;
}

// ---- TimesSchedule ----------------------------------------------------------------------------

std::optional<Occurrence> TimesSchedule::Next(const ScheduleContext& context, Millis after) const {
  const auto it = after < context.start_time
                      ? std::lower_bound(times_.begin(), times_.end(), context.start_time)
                      : std::upper_bound(times_.begin(), times_.end(), after);
  if (it == times_.end() || *it >= context.end_time) return std::nullopt;
  return At(*it);
}

std::optional<Occurrence> TimesSchedule::Previous(const ScheduleContext& context,
                                                  Millis before) const {
  const Millis limit = std::min(before, context.end_time);
  const auto it = std::lower_bound(times_.begin(), times_.end(), limit);
  if (it == times_.begin() || *(it - 1) < context.start_time) return std::nullopt;
  return At(*(it - 1));
}

int64_t TimesSchedule::Count(const ScheduleContext& context, Millis from, Millis to) const {
  const auto first = from < context.start_time
                         ? std::lower_bound(times_.begin(), times_.end(), context.start_time)
                         : std::upper_bound(times_.begin(), times_.end(), from);
  const auto last = to >= context.end_time
                        ? std::lower_bound(times_.begin(), times_.end(), context.end_time)
                        : std::upper_bound(times_.begin(), times_.end(), to);
  return last <= first ? 0 : last - first;
}

}  // namespace scheduler::core
