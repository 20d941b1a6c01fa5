#ifndef SERVER_SIGNALS_H_
#define SERVER_SIGNALS_H_

#include <csignal>
#include <functional>
#include <thread>

namespace server {

// Takes SIGTERM and SIGINT with a thread of its own that waits for them: no code runs in a signal
// handler. Made before any other thread, which inherit that the signals are blocked.
class Signals {
 public:
  // `on_signal` is called on that thread with the signal's number, each time.
  explicit Signals(std::function<void(int)> on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void Run();

  const std::function<void(int)> on_signal_;
  sigset_t set_;
  std::thread thread_;
};

}  // namespace server

#endif  // SERVER_SIGNALS_H_
