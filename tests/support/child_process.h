#ifndef TESTS_SUPPORT_CHILD_PROCESS_H_
#define TESTS_SUPPORT_CHILD_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace support {

// A program that a test starts, and ends with itself: SIGTERM, then SIGKILL after ten seconds. The
// program dies too if the test is killed.
class ChildProcess {
 public:
  // `command[0]` is found on PATH. stdout and stderr go to `log_file`; empty: to the test's own.
  explicit ChildProcess(const std::vector<std::string>& command, const std::string& log_file = "");
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  // Waits for its end; returns the exit code, 128 + the signal if one ended it.
  int Wait();

  // Whether it still runs.
  bool Running();

 private:
  pid_t pid_ = -1;  // -1: it has ended
  int exit_code_ = -1;
};

// Runs a program to its end and returns the exit code.
int RunCommand(const std::vector<std::string>& command, const std::string& log_file = "");

// Waits until something accepts connections on a port of 127.0.0.1; false if `process` ended first.
bool AwaitListening(int port, ChildProcess* process);

// A fresh directory, removed with all that is in it at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

void WriteFile(const std::string& path, const std::string& content);
std::string ReadFile(const std::string& path);

}  // namespace support

#endif  // TESTS_SUPPORT_CHILD_PROCESS_H_
