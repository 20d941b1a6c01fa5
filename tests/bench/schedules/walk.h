#ifndef TESTS_BENCH_SCHEDULES_WALK_H_
#define TESTS_BENCH_SCHEDULES_WALK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "scheduler/core/schedule/schedule.h"

namespace bench {

using scheduler::core::Millis;

// One line `zone|pattern` of a list of schedules; empty lines and those that begin with # are none.
struct Case {
  std::string zone_name;
  std::string pattern;
  absl::TimeZone zone;
};

// Ends the program, with what is wrong on stderr, if there is no such file or zone.
std::vector<Case> ReadCases(const std::string& path);

// Which times of a schedule are stepped through: those in [from, until), at most `most`.
struct Stretch {
  Millis from = 0;
  Millis until = 0;
  int64_t most = 0;
};

// What a schedule costs from each time to the next, and which times these were.
struct Walk {
  int64_t times = 0;
  uint32_t sum = 0;     // of the times in seconds, in their order: sum × 31 + time, modulo 2^32
  double ns = 0;        // of one Next
  double limit_ns = 0;  // of two conversions: the one time to local time, the other one back
};

Walk WalkThrough(const scheduler::core::Schedule& schedule, const absl::TimeZone& zone,
                 const Stretch& stretch);

}  // namespace bench

#endif  // TESTS_BENCH_SCHEDULES_WALK_H_
