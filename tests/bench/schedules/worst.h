#ifndef TESTS_BENCH_SCHEDULES_WORST_H_
#define TESTS_BENCH_SCHEDULES_WORST_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/core/model.h"
#include "tests/bench/schedules/walk.h"

namespace bench {

// One call of CronSchedule::Next and what it costs.
struct WorstCall {
  Case pattern;
  scheduler::core::DstPolicy policy;
  Millis after = 0;
  std::optional<Millis> next;
  double ns = 0;
  int64_t searched = 0;  // the calls among which it was found
};

// The dearest call of these patterns under one of the policies: asked after each of the first of
// their times and of the last, when no more come, and in the middle of all clock changes.
WorstCall FindWorst(const std::vector<Case>& cases,
                    const std::vector<scheduler::core::DstPolicy>& policies);

}  // namespace bench

#endif  // TESTS_BENCH_SCHEDULES_WORST_H_
