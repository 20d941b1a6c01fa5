#include "tests/simulation/nominal_times.h"

#include <algorithm>
#include <string>

#include "scheduler/core/schedule/jittering_schedule.h"

namespace sim {
namespace {

constexpr Millis kSecond = 1000;

// The first whole second at or after `t`.
Millis CeilSecond(Millis t) { return (t + kSecond - 1) / kSecond * kSecond; }

void ReadRule(const std::string& rule, NominalTimes* times) {
  times->is_rule = true;
  if (rule.find("FREQ=DAILY") != std::string::npos) {
    times->pattern = PatternOfRule(rule);
    return;
  }
  times->interval = PartOf(rule, "INTERVAL=") * kSecond;
  const int64_t count = PartOf(rule, "COUNT=");
  if (count == 0) return;
  const Millis last = CeilSecond(times->phase) + (count - 1) * times->interval;
  times->end = std::min(times->end, last + 1);
}

}  // namespace

NominalTimes TimesOf(const scheduler::core::JobDefined& t) {
  namespace core = scheduler::core;
  NominalTimes times;
  times.times = t.spec.timing.times;
  times.interval = t.spec.timing.interval;
  times.fixed_delay =
      times.interval != 0 && t.spec.interval_mode == core::IntervalMode::kFixedDelay;
  times.phase = t.start_time;
  times.end = t.spec.end_time.value_or(scheduler::base::kNever);
  times.exclude = t.spec.exclude;
  times.uid = t.uid;
  times.jitter = t.spec.jitter;
  if (!t.spec.timing.cron.empty()) times.pattern = PatternOfCron(t.spec.timing.cron);
  if (!t.spec.timing.rule.empty()) ReadRule(t.spec.timing.rule, &times);
  if (times.pattern.has_value()) {
    times.pattern->is_berlin = t.spec.time_zone == "Europe/Berlin";
    times.pattern->dst = t.spec.dst;
    if (times.is_rule) {
      times.pattern->first_local = times.pattern->LocalOf(CeilSecond(times.phase) / kSecond);
    }
  }
  return times;
}

std::optional<Millis> NominalTimes::NextOfPattern(Millis after) const {
  if (!times.empty()) {
    for (const Millis t : times) {
      if (t > after && t >= phase && t < end) return t;
    }
    return std::nullopt;
  }
  if (pattern.has_value()) {
    const Millis t = pattern->From(std::max(after + 1, phase));
    return t < end ? std::optional(t) : std::nullopt;
  }
  Millis t = is_rule ? CeilSecond(phase) : phase;
  if (t <= after) {
    if (fixed_delay) return std::nullopt;
    t += (after - t) / interval * interval;
    while (t <= after) t += interval;
  }
  return t < end ? std::optional(t) : std::nullopt;
}

bool NominalTimes::IsExcluded(Millis time) const {
  return std::find(exclude.begin(), exclude.end(), time) != exclude.end() ||
         std::any_of(calendars.begin(), calendars.end(),
                     [time](const CalendarHistory* calendar) { return calendar->Covers(time); });
}

std::optional<Millis> NominalTimes::Next(Millis after) const {
  std::optional<Millis> next = NextOfPattern(after);
  while (next.has_value() && IsExcluded(*next)) next = NextOfPattern(*next);
  return next;
}

bool NominalTimes::KeepsPhase(Millis moved) const {
  if (!times.empty() || is_rule) return moved == phase;
  if (pattern.has_value())
    return moved <= phase;  // local times come again; there is no other phase
  return (moved - phase) % interval == 0;
}

Millis NominalTimes::Due(Millis nominal) const {
  const std::optional<Millis> next = Next(nominal);
  const Millis most = next.has_value() ? std::min(jitter, *next - nominal - 1) : jitter;
  return nominal + scheduler::core::JitterOf(uid, nominal, most);
}

int64_t NominalTimes::Count(Millis from, Millis to) const {
  if (is_even()) {
    const std::optional<Millis> first = Next(from);
    const std::optional<Millis> last = Last(from, to);
    if (!first.has_value() || !last.has_value()) return 0;
    return (*last - *first) / interval + 1;
  }
  int64_t count = 0;
  for (auto t = Next(from); t.has_value() && *t <= to; t = Next(*t)) ++count;
  return count;
}

std::optional<Millis> NominalTimes::Last(Millis from, Millis time) const {
  if (is_even()) {
    const std::optional<Millis> first = Next(from);
    if (!first.has_value() || *first > time) return std::nullopt;
    return *first + (std::min(time, end - 1) - *first) / interval * interval;
  }
  std::optional<Millis> last;
  for (auto t = Next(from); t.has_value() && *t <= time; t = Next(*t)) last = t;
  return last;
}

}  // namespace sim
