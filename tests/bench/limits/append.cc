#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "tests/bench/limits/limits.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/histogram.h"
#include "tests/bench/load/report.h"

namespace bench {
namespace {

// A file to append to, removed at the end.
class AppendFile {
 public:
  explicit AppendFile(const std::string& dir)
      : path_(dir + "/bench-append"),
        fd_(open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {}
  ~AppendFile() {
    close(fd_);
    unlink(path_.c_str());
  }
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  bool Commit(const std::string& bytes) const {
    return write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
           fdatasync(fd_) == 0;
  }

 private:
  const std::string path_;
  const int fd_;
};

// Bytes that no disk can compress.
std::string Noise(size_t size) {
  std::string bytes(size, '\0');
  uint64_t state = 0x9E3779B97F4A7C15;
  for (char& c : bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    c = static_cast<char>(state >> 56);
  }
  return bytes;
}

}  // namespace

int LimitAppend(Flags* flags) {
  const std::string dir = flags->Text("dir", ".");
  const std::string bytes = Noise(static_cast<size_t>(flags->Int("bytes", 24'576)));
  const int64_t seconds = flags->Int("seconds", 5);
  const int64_t rate = flags->Int("rate", 0);
  flags->RefuseUnknown();

  const AppendFile file(dir);
  Histogram latency;
  const double cpu = OwnCpuSeconds();
  const int64_t begin = MonoNanos();
  const int64_t end = begin + seconds * kNanosPerSecond;
  int64_t commits = 0;
  for (int64_t now = begin; now < end; now = MonoNanos()) {
    if (rate > 0) SleepFor(begin + commits * kNanosPerSecond / rate - now);
    const int64_t before = MonoNanos();
    if (!file.Commit(bytes)) {
      std::perror("bench: append");
      return 1;
    }
    latency.Add(MonoNanos() - before);
    ++commits;
  }
  const auto count = static_cast<double>(commits);
  Report()
      .Add("commits_per_second", count / (static_cast<double>(MonoNanos() - begin) * 1e-9))
      .Add("p50_ms", latency.QuantileMillis(0.5))
      .Add("p99_ms", latency.QuantileMillis(0.99))
      .Add("cpu_us_per_commit", (OwnCpuSeconds() - cpu) * 1e6 / count)
      .Print();
  return 0;
}

}  // namespace bench
