#ifndef TESTS_SIMULATION_NOMINAL_TIMES_H_
#define TESTS_SIMULATION_NOMINAL_TIMES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/transitions.h"
#include "tests/simulation/calendars.h"
#include "tests/simulation/local_pattern.h"

namespace sim {

// The nominal times of a job, by the plainest arithmetic, independent of the scheduler's own: of the
// kinds that the simulation's clients make.
struct NominalTimes {
  std::vector<Millis> times;  // of a list; else empty
  Millis interval = 0;        // of an interval or of a rule that repeats itself by seconds
  bool fixed_delay = false;
  bool is_rule = false;                 // it counts from the phase, rounded up to a second
  std::optional<LocalPattern> pattern;  // of a cron pattern, or of a rule of days
  Millis phase = 0;
  Millis end = scheduler::base::kNever;  // exclusive
  std::vector<Millis> exclude;
  std::vector<const CalendarHistory*> calendars;  // of the model, which outlives this
  scheduler::core::Uid uid = 0;
  Millis jitter = 0;

  std::optional<Millis> Next(Millis after) const;
  // When the occurrence of this nominal time is due.
  Millis Due(Millis nominal) const;
  // In (from, to].
  int64_t Count(Millis from, Millis to) const;
  // The last one at or before `time` and after `from`.
  std::optional<Millis> Last(Millis from, Millis time) const;

  // Whether a clock step may have put the phase to `moved`.
  bool KeepsPhase(Millis moved) const;

 private:
  // Evenly spaced without a hole: too many to walk over.
  bool is_even() const {
    return interval != 0 && !fixed_delay && exclude.empty() && calendars.empty();
  }
  bool IsExcluded(Millis time) const;
  std::optional<Millis> NextOfPattern(Millis after) const;
};

// Of a definition: an interval, a list, a cron pattern or a rule that is a LocalPattern, or a rule
// "FREQ=SECONDLY;INTERVAL=n" with or without ";COUNT=k".
NominalTimes TimesOf(const scheduler::core::JobDefined& t);

}  // namespace sim

#endif  // TESTS_SIMULATION_NOMINAL_TIMES_H_
