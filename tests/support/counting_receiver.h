#ifndef TESTS_SUPPORT_COUNTING_RECEIVER_H_
#define TESTS_SUPPORT_COUNTING_RECEIVER_H_

#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/base/mutex.h"

namespace support {

// An HTTP/1.1 target that counts for itself how many requests it has in progress, and when each
// arrived. A request is in progress from its first byte until its answer is written, or until its
// client has closed the connection. A thread a connection.
class CountingReceiver {
 public:
  // Each request takes `work_millis`.
  explicit CountingReceiver(int work_millis);
  ~CountingReceiver();
  CountingReceiver(const CountingReceiver&) = delete;
  CountingReceiver& operator=(const CountingReceiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

  // Requests that were answered, by the value of `idempotency-key`.
  std::map<std::string, int> answered() const;
  int most_in_progress() const;
  // Monotonic nanoseconds.
  std::vector<int64_t> arrivals() const;
  // The most arrivals in any second.
  int most_in_a_second() const;
  // By how much a thread that does nothing else has overslept since the beginning, at most: what this
  // machine does to times at the moment.
  int64_t longest_stall_nanos() const;

 private:
  void Accept();
  void Serve(int fd);
  bool ServeRequest(int fd, std::string* in);
  void Tick();

  const int work_millis_;
  int port_ = 0;
  int listen_fd_ = -1;
  int stop_fd_ = -1;  // readable: the end
  mutable scheduler::base::Mutex mu_;
  std::map<std::string, int> answered_ ABSL_GUARDED_BY(mu_);
  std::vector<int64_t> arrivals_ ABSL_GUARDED_BY(mu_);
  int in_progress_ ABSL_GUARDED_BY(mu_) = 0;
  int most_in_progress_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t longest_stall_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::thread> connections_;  // of the accepting thread, then of the destructor
  std::thread acceptor_;
  std::thread ticker_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_COUNTING_RECEIVER_H_
