#ifndef TESTS_BENCH_LOAD_RESULT_QUEUE_H_
#define TESTS_BENCH_LOAD_RESULT_QUEUE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "ductape/jobs/v1/worker.pb.h"

namespace bench {

// Gathers a worker's results into messages as large as the server takes, while an earlier one is
// being written, and keeps count of what is not acknowledged. Messages are reused. Not thread-safe.
class ResultQueue {
 public:
  // Adds a success of `run`.
  void Add(const ductape::jobs::v1::RunRef& run);

  // So many of the runs added since the last call count for the measurement.
  void Count(int64_t runs);

  // The next message to write, numbered; null if there is none, or one is being written. It stays
  // valid until Written.
  const ductape::jobs::v1::WorkRequest* Next();

  // The message that Next gave is written.
  void Written();

  // All batches up to this sequence are acknowledged; returns how many runs of them count.
  int64_t Acknowledged(uint64_t through);

 private:
  struct Batch {
    std::unique_ptr<ductape::jobs::v1::WorkRequest> request;
    int64_t counted = 0;
  };

  std::deque<Batch> waiting_;  // the last one takes more
  std::unique_ptr<ductape::jobs::v1::WorkRequest> writing_;
  std::vector<std::unique_ptr<ductape::jobs::v1::WorkRequest>> spare_;
  uint64_t sequence_ = 0;
  std::deque<std::pair<uint64_t, int64_t>> unacknowledged_;  // sequence, runs that count
};

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_RESULT_QUEUE_H_
