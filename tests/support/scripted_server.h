#ifndef TESTS_SUPPORT_SCRIPTED_SERVER_H_
#define TESTS_SUPPORT_SCRIPTED_SERVER_H_

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>

namespace support {

// A TCP server on loopback that says what a test tells it to: for what no real server does when it is asked.
class ScriptedServer {
 public:
  // Called on the server's thread when bytes came: takes them from `input` and adds what is to be answered.
  // False: the connection is reset.
  using Handler = std::function<bool(std::string* input, std::string* output)>;

  // `greeting` is sent to each that connects.
  explicit ScriptedServer(Handler handler, std::string greeting = "");
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  int accepted() const { return accepted_.load(); }

 private:
  void Run();
  void Accept();
  bool Serve(int fd);
  void Reset(int fd);

  const Handler handler_;
  const std::string greeting_;
  int listen_fd_ = -1;
  int wake_fd_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> accepted_{0};
  std::map<int, std::string> inputs_;  // by connection; of the thread
  std::thread thread_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_SCRIPTED_SERVER_H_
