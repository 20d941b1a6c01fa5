#ifndef CLIENT_CPP_INTERNAL_RESULT_BOOK_H_
#define CLIENT_CPP_INTERNAL_RESULT_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "ductape/jobs/v1/worker.pb.h"

namespace ductape::jobs::internal {

// The results of a worker until the server has acknowledged them, in batches as large as the server
// takes. Not thread-safe.
class ResultBook {
 public:
  void Add(v1::Result result);

  // Whether there is something to send.
  bool has_unsent() const { return !unsent_.empty(); }
  // Whether all that was added is acknowledged.
  bool empty() const { return unsent_.empty() && unacknowledged_.empty(); }

  // The next message, numbered; held until it is acknowledged, and by the caller until it is
  // written. REQUIRES: has_unsent().
  std::shared_ptr<const v1::WorkRequest> Next();

  // Batches up to this sequence are done with.
  void Acknowledge(uint64_t through);

  // A new stream: numbers begin anew, and what was not acknowledged is sent again.
  void Restart();
  // Calls `see` with each run whose result is not acknowledged.
  void ForEachRun(const std::function<void(const v1::RunRef&)>& see) const;
  // Drops the results of runs for which `keep` is false. REQUIRES: Restart, and no Next since.
  void Keep(const std::function<bool(const v1::RunRef&)>& keep);

  // Below the 10,000 and the 512 KiB that the server takes.
  static constexpr int kMaxResults = 8'000;
  static constexpr size_t kMaxBytes = 480 * 1024;

 private:
  struct Batch {
    std::shared_ptr<v1::WorkRequest> request;
    size_t bytes = 0;
  };

  std::deque<Batch> unsent_;  // the last one takes more
  std::deque<std::shared_ptr<v1::WorkRequest>> unacknowledged_;
  uint64_t sequence_ = 0;
};

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_RESULT_BOOK_H_
