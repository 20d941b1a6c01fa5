#ifndef TESTS_BENCH_LOAD_CLOCK_H_
#define TESTS_BENCH_LOAD_CLOCK_H_

#include <sys/types.h>

#include <cstdint>

namespace bench {

inline constexpr int64_t kNanosPerMilli = 1'000'000;
inline constexpr int64_t kNanosPerSecond = 1'000'000'000;

// Wall time, nanoseconds since 1970, UTC: what lateness is measured with.
int64_t WallNanos();

// CLOCK_MONOTONIC, the same for all processes of the machine: what durations are measured with.
int64_t MonoNanos();

// Sleeps until the wall clock shows `wall_nanos`; returns at once if it does already.
void SleepUntilWall(int64_t wall_nanos);
void SleepFor(int64_t nanos);

// Seconds of CPU, user and system, that this process has used.
double OwnCpuSeconds();

// The same of another process, from /proc/<pid>/stat, in steps of 10 ms. 0 if there is none.
double CpuSecondsOf(pid_t pid);

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_CLOCK_H_
