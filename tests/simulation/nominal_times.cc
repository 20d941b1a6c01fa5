#include "tests/simulation/nominal_times.h"

namespace sim {

std::optional<Millis> NominalTimes::Next(Millis after) const {
  if (!times.empty()) {
    for (const Millis t : times) {
      if (t > after && t >= phase && t < end) return t;
    }
    return std::nullopt;
  }
  Millis t = phase;
  if (t <= after) {
    if (fixed_delay) return std::nullopt;
    t += (after - t) / interval * interval;
    while (t <= after) t += interval;
  }
  return t < end ? std::optional(t) : std::nullopt;
}

int64_t NominalTimes::Count(Millis from, Millis to) const {
  if (!times.empty() || fixed_delay) {
    int64_t count = 0;
    for (auto t = Next(from); t.has_value() && *t <= to; t = Next(*t)) ++count;
    return count;
  }
  const std::optional<Millis> first = Next(from);
  const std::optional<Millis> last = Last(from, to);
  if (!first.has_value() || !last.has_value()) return 0;
  return (*last - *first) / interval + 1;
}

std::optional<Millis> NominalTimes::Last(Millis from, Millis time) const {
  std::optional<Millis> last;
  if (!times.empty() || fixed_delay) {
    for (auto t = Next(from); t.has_value() && *t <= time; t = Next(*t)) last = t;
    return last;
  }
  const std::optional<Millis> first = Next(from);
  if (!first.has_value() || *first > time) return std::nullopt;
  const Millis limit = time < end - 1 ? time : end - 1;
  return *first + (limit - *first) / interval * interval;
}

}  // namespace sim
