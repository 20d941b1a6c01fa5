#ifndef TESTS_SUPPORT_TCP_RELAY_H_
#define TESTS_SUPPORT_TCP_RELAY_H_

#include <atomic>
#include <thread>
#include <vector>

namespace support {

// Passes bytes on between its own port and another one of 127.0.0.1, until it is told to cut.
class TcpRelay {
 public:
  explicit TcpRelay(int to_port);
  ~TcpRelay();
  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;

  int port() const { return port_; }
  int accepted() const { return accepted_.load(); }

  // Resets all connections; new ones are served. Returns before it is done.
  void Cut();

 private:
  struct Pair {
    int near = -1;
    int far = -1;
  };

  void Run();
  void Accept();
  void CloseAll();

  const int to_port_;
  int port_ = 0;
  int listen_fd_ = -1;
  int wake_fd_ = -1;
  std::atomic<bool> stop_{false};
  std::atomic<bool> cut_{false};
  std::atomic<int> accepted_{0};
  std::vector<Pair> pairs_;  // of the thread
  std::thread thread_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_TCP_RELAY_H_
