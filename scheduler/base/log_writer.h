#ifndef SCHEDULER_BASE_LOG_WRITER_H_
#define SCHEDULER_BASE_LOG_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "scheduler/base/clock.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/mutex.h"

namespace scheduler::base {

// Writes lines to a descriptor on a thread of its own, in order and whole, so that whoever logs never
// waits for whoever reads: what cannot be written waits in a bounded queue, from which the oldest
// lines are dropped. How many were, also for an error of the descriptor, is told by a line of its own
// as soon as one can be written.
//
// Thread-safe. The thread takes no signal. In a child after fork nothing is written.
class LogWriter {
 public:
  // What waits, at most; one line more may be under way.
  static constexpr size_t kMaxBytes = size_t{1} << 20;

  // `dropped` makes the line that tells of so many lost ones; it is called on the thread.
  LogWriter(int fd, std::function<std::string(int64_t)> dropped);
  // Ends when what waits is written, however long that takes.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // `line` ends with a newline.
  void Write(std::string line) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until everything is written or lost, at most so long; whether it is.
  bool Flush(Millis patience, const Clock& clock) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Run();
  // Waits for the next line; false at the end. Sets how many were lost before it.
  bool Take(std::string* line, int64_t* lost) ABSL_LOCKS_EXCLUDED(mu_);
  // Whether the descriptor took it all.
  bool Put(const std::string& text);
  bool Idle() ABSL_LOCKS_EXCLUDED(mu_);

  const int fd_;
  const std::function<std::string(int64_t)> dropped_;
  bool torn_ = false;  // the last line was written in part; of the thread

  Mutex mu_;
  CondVar filled_;
  std::deque<std::string> lines_ ABSL_GUARDED_BY(mu_);
  size_t bytes_ ABSL_GUARDED_BY(mu_) = 0;  // of lines_
  int64_t lost_ ABSL_GUARDED_BY(mu_) = 0;  // and not told yet
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_LOG_WRITER_H_
