#include "tests/bench/schedules/measure.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace bench {
namespace {

double CpuNanos() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return 1e9 * static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec);
}

double Once(const std::function<int64_t()>& pass, int milliseconds) {
  // The clock of the loop is the one that is quick to read.
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(milliseconds);
  const double before = CpuNanos();
  int64_t calls = 0;
  do {
    calls += pass();
  } while (Clock::now() < end);
  return (CpuNanos() - before) / static_cast<double>(calls);
}

}  // namespace

double NanosPerCall(const std::function<int64_t()>& pass, int repetitions, int milliseconds) {
  Once(pass, milliseconds);
  std::vector<double> nanos;
  for (int i = 0; i < repetitions; ++i) nanos.push_back(Once(pass, milliseconds));
  std::nth_element(nanos.begin(), nanos.begin() + repetitions / 2, nanos.end());
  return nanos[repetitions / 2];
}

}  // namespace bench
