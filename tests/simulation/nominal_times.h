#ifndef TESTS_SIMULATION_NOMINAL_TIMES_H_
#define TESTS_SIMULATION_NOMINAL_TIMES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/transitions.h"

namespace sim {

using scheduler::base::Millis;

// The nominal times of a job, by the plainest arithmetic, independent of the scheduler's own: of the
// kinds that the simulation's clients make.
struct NominalTimes {
  std::vector<Millis> times;  // of a list; else empty
  Millis interval = 0;        // of an interval or of a rule that repeats itself by seconds
  bool fixed_delay = false;
  bool whole_seconds = false;  // a rule: it counts from the phase rounded up to a second
  uint64_t seconds = 0;        // of a cron pattern, bit s is second s; else 0
  uint64_t minutes = 0;
  Millis phase = 0;
  Millis end = scheduler::base::kNever;  // exclusive
  std::vector<Millis> exclude;
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
  bool is_even() const { return interval != 0 && !fixed_delay && exclude.empty(); }
  std::optional<Millis> NextOfPattern(Millis after) const;
};

// Of a definition: an interval, a list, a cron pattern of six fields that restricts seconds and minutes
// alone, or a rule "FREQ=SECONDLY;INTERVAL=n" with or without ";COUNT=k".
NominalTimes TimesOf(const scheduler::core::JobDefined& t);

}  // namespace sim

#endif  // TESTS_SIMULATION_NOMINAL_TIMES_H_
