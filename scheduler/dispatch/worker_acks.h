#ifndef SCHEDULER_DISPATCH_WORKER_ACKS_H_
#define SCHEDULER_DISPATCH_WORKER_ACKS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_messages.h"

namespace scheduler::dispatch {

// What one stream owes its worker for batches of results: each is acknowledged when it and all
// before it are committed, and its refused results are named no later than that. Commits may come
// in any order. Not thread-safe.
class WorkerAcks {
 public:
  // A batch of `results` results has come. False if its sequence did not rise.
  bool Open(uint64_t sequence, size_t results);

  // The batch is committed, except for what was refused. REQUIRES: Open(sequence).
  void Close(uint64_t sequence, std::vector<core::Refusal> refused);

  // Takes what can be said now; false if that is nothing. One ack names at most
  // kMaxRefusedPerAck refused results; what is left comes with the next one.
  bool Take(WorkerAck* ack);

  // Results whose commit is awaited.
  size_t open_results() const { return open_results_; }
  // Those, and results whose ack was not taken. A batch counts for at least one.
  size_t owed_results() const { return owed_results_; }
  // Nothing is owed.
  bool idle() const { return batches_.empty(); }
  // Whether Take has something to say.
  bool ready() const { return !batches_.empty() && batches_.front().closed; }

  static constexpr size_t kMaxRefusedPerAck = 4000;  // some 60 bytes each: below 512 KiB

 private:
  struct Batch {
    uint64_t sequence = 0;
    size_t results = 0;
    bool closed = false;
    std::vector<core::Refusal> refused;
  };

  uint64_t last_opened_ = 0;
  uint64_t acked_through_ = 0;
  size_t open_results_ = 0;
  size_t owed_results_ = 0;
  std::deque<Batch> batches_;  // rising
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_ACKS_H_
