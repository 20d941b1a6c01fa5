#ifndef TESTS_BENCH_LOAD_TALLY_H_
#define TESTS_BENCH_LOAD_TALLY_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/base/mutex.h"
#include "tests/bench/load/histogram.h"

namespace bench {

// Counts what was due in a stretch of nominal time: how many runs arrived, how late each was, and
// how many were completed. Nominal and arrival times are wall times. Thread-safe.
class Tally {
 public:
  // Runs whose nominal time lies in [from, to) count from now on; call it before `from` comes.
  // Without it nothing counts.
  void Open(int64_t from_nanos, int64_t to_nanos);

  // Runs with these nominal times arrived. Returns how many of them count.
  int64_t Arrived(absl::Span<const int64_t> scheduled_nanos, int64_t received_nanos);

  // So many of those that count are completed, durably.
  void Completed(int64_t runs);

  // Runs that came as another attempt, and results that the server did not take: none of either is
  // expected under load.
  void Redelivered(int64_t runs);
  void Refused(int64_t results);

  struct Sums {
    int64_t arrived = 0;
    int64_t completed = 0;
    int64_t redelivered = 0;
    int64_t refused = 0;
    int64_t messages = 0;            // how many calls of Arrived brought runs that count
    int64_t last_arrival_nanos = 0;  // of those that count
    Histogram lateness;
    std::array<Histogram, 4> by_quarter;  // the stretch in four parts
  };
  Sums sums() const;
  int64_t arrived() const;

 private:
  mutable scheduler::base::Mutex mu_;
  int64_t from_nanos_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t to_nanos_ ABSL_GUARDED_BY(mu_) = 0;
  Sums sums_ ABSL_GUARDED_BY(mu_);
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_TALLY_H_
