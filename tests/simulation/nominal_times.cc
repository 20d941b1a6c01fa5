#include "tests/simulation/nominal_times.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "scheduler/core/schedule/jittering_schedule.h"

namespace sim {
namespace {

constexpr Millis kSecond = 1000;

// The first whole second at or after `t`.
Millis CeilSecond(Millis t) { return (t + kSecond - 1) / kSecond * kSecond; }

// The values of a cron field of numbers below 60: "*", "7", "1-9/2", "*/5", and lists of these.
uint64_t MaskOf(const std::string& field) {
  uint64_t mask = 0;
  std::istringstream parts(field);
  for (std::string part; std::getline(parts, part, ',');) {
    const size_t slash = part.find('/');
    const int step = slash == std::string::npos ? 1 : std::stoi(part.substr(slash + 1));
    const std::string range = part.substr(0, slash);
    const size_t dash = range.find('-');
    const int first = range == "*" ? 0 : std::stoi(range);
    const int last = range == "*"                ? 59
                     : dash == std::string::npos ? first
                                                 : std::stoi(range.substr(dash + 1));
    for (int value = first; value <= last; value += step) mask |= uint64_t{1} << value;
  }
  return mask;
}

void ReadCron(const std::string& cron, NominalTimes* times) {
  std::istringstream words(cron);
  std::vector<std::string> fields;
  for (std::string field; words >> field;) fields.push_back(field);
  // The registry keeps patterns in their shortest form: five fields stand for second 0.
  const bool has_seconds = fields.size() == 6;
  times->seconds = has_seconds ? MaskOf(fields[0]) : 1;
  times->minutes = MaskOf(fields[has_seconds ? 1 : 0]);
}

// The number after `name` in `rule`; 0 if there is none.
int64_t PartOf(const std::string& rule, const std::string& name) {
  const size_t at = rule.find(name);
  return at == std::string::npos ? 0 : std::stoll(rule.substr(at + name.size()));
}

void ReadRule(const std::string& rule, NominalTimes* times) {
  times->whole_seconds = true;
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
  if (!t.spec.timing.cron.empty()) ReadCron(t.spec.timing.cron, &times);
  if (!t.spec.timing.rule.empty()) ReadRule(t.spec.timing.rule, &times);
  return times;
}

std::optional<Millis> NominalTimes::NextOfPattern(Millis after) const {
  if (!times.empty()) {
    for (const Millis t : times) {
      if (t > after && t >= phase && t < end) return t;
    }
    return std::nullopt;
  }
  if (seconds != 0) {
    Millis t = CeilSecond(std::max(after + 1, phase));
    for (; t < end; t += kSecond) {
      const bool minute = ((minutes >> (t / 60'000 % 60)) & 1) != 0;
      if (minute && ((seconds >> (t / kSecond % 60)) & 1) != 0) return t;
    }
    return std::nullopt;
  }
  Millis t = whole_seconds ? CeilSecond(phase) : phase;
  if (t <= after) {
    if (fixed_delay) return std::nullopt;
    t += (after - t) / interval * interval;
    while (t <= after) t += interval;
  }
  return t < end ? std::optional(t) : std::nullopt;
}

std::optional<Millis> NominalTimes::Next(Millis after) const {
  std::optional<Millis> next = NextOfPattern(after);
  while (next.has_value() && std::find(exclude.begin(), exclude.end(), *next) != exclude.end()) {
    next = NextOfPattern(*next);
  }
  return next;
}

bool NominalTimes::KeepsPhase(Millis moved) const {
  if (seconds != 0) return moved <= phase;  // local times come again; there is no other phase
  if (!times.empty() || whole_seconds) return moved == phase;
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
