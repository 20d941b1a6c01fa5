#include "server/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ductape/version.h"

namespace server {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total_pages = 0;
  int64_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

int64_t OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return error ? 0 : std::distance(begin(entries), end(entries));
}

}  // namespace

void ProcessMetrics::Collect(Exposition* out) const {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  out->Family("process_cpu_seconds_total", "counter", "CPU time, user and system.");
  out->Sample(Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
  out->Family("process_resident_memory_bytes", "gauge", "Resident memory.");
  out->Sample(ResidentBytes());
  out->Family("process_open_fds", "gauge", "Open file descriptors.");
  out->Sample(OpenDescriptors());
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  out->Family("process_max_fds", "gauge", "The most file descriptors that may be open.");
  out->Sample(static_cast<int64_t>(limit.rlim_cur));
  out->Family("process_start_time_seconds", "gauge", "When the process began, Unix time.");
  out->Sample(static_cast<double>(start_time_) * 1e-3);
  out->Family("ductape_jobs_build_info", "gauge", "1, with the version as label.");
  out->Sample(int64_t{1}, {{"version", ductape::kVersion}});
}

}  // namespace server
