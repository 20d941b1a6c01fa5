#ifndef TESTS_SIMULATION_NOMINAL_TIMES_H_
#define TESTS_SIMULATION_NOMINAL_TIMES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/base/millis.h"

namespace sim {

using scheduler::base::Millis;

// The nominal times of a job, by the plainest arithmetic, independent of the scheduler's own.
struct NominalTimes {
  std::vector<Millis> times;  // of a list; else empty
  Millis interval = 0;
  bool fixed_delay = false;
  Millis phase = 0;
  Millis end = scheduler::base::kNever;  // exclusive

  std::optional<Millis> Next(Millis after) const;
  // In (from, to].
  int64_t Count(Millis from, Millis to) const;
  // The last one at or before `time` and after `from`.
  std::optional<Millis> Last(Millis from, Millis time) const;
};

}  // namespace sim

#endif  // TESTS_SIMULATION_NOMINAL_TIMES_H_
