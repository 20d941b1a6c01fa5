#ifndef TESTS_SUPPORT_FAULT_RELAY_H_
#define TESTS_SUPPORT_FAULT_RELAY_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/base/mutex.h"

namespace support {

// Passes bytes on between a port of its own on 127.0.0.1, which stays the same, and a server's, and breaks down in
// the way that a test asks for.
//
// One test thread commands it; the counter is for all.
class FaultRelay {
 public:
  enum class Fault {
    kNone,
    kRefuse,       // nothing listens, and connections are reset
    kResetAtOnce,  // connections are taken and reset, also those that stand
    kSilent,       // connections are taken, and nothing is passed on either way
    kStall,        // requests are passed on; of the answers the first `bytes`, then nothing
    kReset,        // likewise, then a reset; with 0 bytes as soon as the answer begins
    kDrip,         // requests are passed on, the answers a byte every `pace`
    kFlood,        // requests are passed on, and answered with bytes without end that mean nothing
  };

  explicit FaultRelay(int to_port);
  ~FaultRelay();
  FaultRelay(const FaultRelay&) = delete;
  FaultRelay& operator=(const FaultRelay&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // From its return on the fault is in force, on connections that stand and on new ones; `bytes` are counted from
  // then, for each connection.
  void Set(Fault fault, size_t bytes = 0,
           std::chrono::milliseconds pace = std::chrono::milliseconds(1));
  // As a network that works again: what was held back is passed on. Connections that were flooded are reset.
  void Heal() { Set(Fault::kNone); }
  // New connections go to this port.
  void ServeFrom(int to_port) { to_port_ = to_port; }
  // Resets all connections.
  void Cut();

  // Bytes and connections that came from clients since the last Set.
  uint64_t requested() const { return requested_.load(); }

 private:
  struct Pair {
    int near = -1;  // to the client; -1: gone
    // To the server; -1: it has closed, which the client hears when all before is passed on.
    int far = -1;
    std::string up;          // held back, or not yet passed on
    std::string down;        // likewise
    size_t passed_down = 0;  // since the fault began
    bool flooded = false;
  };
  struct Order {
    Fault fault = Fault::kNone;
    size_t bytes = 0;
    std::chrono::milliseconds pace{1};
    bool cut = false;
    bool stop = false;  // the thread ends when it has taken this
  };

  void Give(const Order& order);
  void Run();
  void Take(const Order& order);
  void Listen();
  void Accept();
  // False: the pair is to be reset.
  bool Serve(Pair* pair, short near_events, short far_events);
  bool PassDown(Pair* pair);
  void Close(Pair* pair, bool hard);

  std::atomic<int> to_port_;
  int port_ = 0;
  int listen_fd_ = -1;  // of the thread, as what follows
  int wake_fd_ = -1;
  Order now_;
  std::vector<Pair> pairs_;
  std::atomic<uint64_t> requested_{0};

  scheduler::base::Mutex mu_;
  scheduler::base::CondVar taken_;
  Order order_ ABSL_GUARDED_BY(mu_);
  uint64_t orders_given_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t orders_taken_ ABSL_GUARDED_BY(mu_) = 0;
  std::thread thread_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_FAULT_RELAY_H_
