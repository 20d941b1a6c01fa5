#include "tests/bench/load/clock.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace bench {
namespace {

int64_t NanosOf(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * kNanosPerSecond + now.tv_nsec;
}

void SleepUntil(clockid_t clock, int64_t nanos) {
  timespec until = {};
  until.tv_sec = nanos / kNanosPerSecond;
  until.tv_nsec = nanos % kNanosPerSecond;
  while (clock_nanosleep(clock, TIMER_ABSTIME, &until, nullptr) != 0) {
  }
}

double Seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

}  // namespace

int64_t WallNanos() { return NanosOf(CLOCK_REALTIME); }
int64_t MonoNanos() { return NanosOf(CLOCK_MONOTONIC); }
void SleepUntilWall(int64_t wall_nanos) { SleepUntil(CLOCK_REALTIME, wall_nanos); }
void SleepFor(int64_t nanos) { SleepUntil(CLOCK_MONOTONIC, MonoNanos() + nanos); }

double OwnCpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

double CpuSecondsOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return 0;
  // The name in brackets may hold blanks; what follows it begins with field 3.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace bench
