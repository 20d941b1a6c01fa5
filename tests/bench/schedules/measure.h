#ifndef TESTS_BENCH_SCHEDULES_MEASURE_H_
#define TESTS_BENCH_SCHEDULES_MEASURE_H_

#include <cstdint>
#include <functional>

namespace bench {

// What one call costs this thread, in nanoseconds of CPU time, so that others on the machine matter
// little: the median of `repetitions`, each of which runs `pass` until `milliseconds` have gone by.
// One more goes before them and is not counted. `pass` makes some calls and returns how many.
double NanosPerCall(const std::function<int64_t()>& pass, int repetitions, int milliseconds);

// Lets no compiler leave out what makes `value`.
template <typename T>
void KeepUsed(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace bench

#endif  // TESTS_BENCH_SCHEDULES_MEASURE_H_
