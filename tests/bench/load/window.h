#ifndef TESTS_BENCH_LOAD_WINDOW_H_
#define TESTS_BENCH_LOAD_WINDOW_H_

#include <sys/types.h>

#include <cstdint>

#include "tests/bench/load/flags.h"
#include "tests/bench/load/jobs.h"
#include "tests/bench/load/report.h"
#include "tests/bench/load/tally.h"

namespace bench {

// A stretch of time in which recurring jobs are measured, after a warm-up.
class Window {
 public:
  // --seconds (20), --warm-up (3), --server-pid.
  explicit Window(Flags* flags);

  // The jobs of `flags`: --jobs, --interval-ms (1000).
  static JobPlan Plan(Flags* flags);

  // Lets the warm-up pass, then the stretch, then up to two seconds for what is under way; the
  // tally counts what was due in the stretch. Notes the CPU that this process and the server use.
  void Measure(Tally* tally, const JobPlan& plan);

  // due, arrived, completed, per_second, lateness_*_ms, cpu_us_*, … `completed`: those that count
  // as completed.
  Report Describe(const Tally::Sums& sums, int64_t completed) const;

 private:
  const int64_t seconds_;
  const int64_t warm_up_;
  const pid_t server_pid_;
  int64_t due_ = 0;
  double own_cpu_ = 0;
  double server_cpu_ = 0;
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_WINDOW_H_
