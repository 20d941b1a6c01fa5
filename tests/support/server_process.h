#ifndef TESTS_SUPPORT_SERVER_PROCESS_H_
#define TESTS_SUPPORT_SERVER_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace tests {

// A ductape-jobsd of this build in a process of its own, on free loopback ports, with a data
// directory that goes with it. Tests fail by exception-free means: a server that does not become
// ready has an empty address.
class ServerProcess {
 public:
  // `arguments` follow --listen and --http-listen. `data_dir`: another server's; empty: its own.
  explicit ServerProcess(std::vector<std::string> arguments = {}, const std::string& data_dir = "");
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Starts it (again, on the same data); waits for its ready line. Whether it came.
  bool Start();
  // Sends the signal; the exit code, or 128 + the signal that ended it. Waits for the end.
  int Stop(int signal);
  bool alive() const;

  const std::string& grpc_address() const { return grpc_; }
  const std::string& http_address() const { return http_; }
  const std::string& data_dir() const { return data_dir_; }
  // What it wrote on stderr.
  std::string log_file() const { return own_dir_ + ".log"; }
  pid_t pid() const { return pid_; }

 private:
  const std::vector<std::string> arguments_;
  std::string own_dir_;
  std::string data_dir_;
  std::string grpc_;
  std::string http_;
  pid_t pid_ = -1;
};

}  // namespace tests

#endif  // TESTS_SUPPORT_SERVER_PROCESS_H_
