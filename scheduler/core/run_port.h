#ifndef SCHEDULER_CORE_RUN_PORT_H_
#define SCHEDULER_CORE_RUN_PORT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/model.h"
#include "scheduler/core/transitions.h"

// The seam between the engine, which decides and records, and dispatch, which delivers. Neither
// includes the other; both speak these values, and server/ connects them.
//
//   engine ──Push──▶ RunQueue ──Pop──▶ dispatch ──Claim──▶ engine   (marks RUNNING, gives a token)
//   dispatch ──Report──▶ engine   (durable outcome, then `committed`)
//   engine ──CancelRuns──▶ dispatch
namespace scheduler::core {

// Where a run waits for delivery. Each kind of executor has one lane; each (product, queue) of
// workers has its own, numbered from kFirstWorkerLane when it is first named.
using LaneId = uint32_t;
inline constexpr LaneId kNoLane = 0;
inline constexpr LaneId kHttpLane = 1;
inline constexpr LaneId kGrpcLane = 2;
inline constexpr LaneId kNotificationLane = 3;
inline constexpr LaneId kDatabaseLane = 4;
inline constexpr LaneId kBrokerLane = 5;
inline constexpr LaneId kFirstWorkerLane = 16;

// The lane of the executor that serves a target; kNoLane for a worker's.
LaneId ExecutorLane(const Target& target);

// A lane for those who serve it: the number is this queue's as long as this is held.
using HeldLane = std::shared_ptr<const LaneId>;

// A committed run that may be sent.
struct ReadyRun {
  RunKey key;
  LaneId lane = kNoLane;
  uint32_t product = 0;  // interned, for fairness
  int32_t priority = 0;
  // The engine's own.
  bool holds_text = false;  // what must be given back when it is claimed
  uint32_t dispatches =
      0;  // how often the run had been sent: one that was sent since is not this one
  Millis due = 0;
};

// Told of a lane that has runs. Called from any thread, without locks held; must not block.
class LaneListener {
 public:
  virtual ~LaneListener() = default;
  virtual void OnReady(LaneId lane) = 0;
};

// Committed runs that wait to be sent, by lane; inside a lane keyed by product, priority and due
// time. What is popped and not claimed is lost to the queue, so a popper claims at once. Bounded by
// the number of open runs. Thread-safe.
class RunQueue {
 public:
  virtual ~RunQueue() = default;

  // Adds runs and tells the listener of each lane that received some.
  virtual void Push(absl::Span<const ReadyRun> runs) = 0;

  // Appends at most `max` runs of `lane` to `out`; returns their number.
  virtual size_t Pop(LaneId lane, size_t max, std::vector<ReadyRun>* out) = 0;

  virtual size_t Size(LaneId lane) const = 0;
  virtual size_t TotalSize() const = 0;

  // REQUIRES: set before the first Push.
  virtual void SetListener(LaneListener* listener) = 0;
};

// A run claimed for one attempt, with all that its delivery carries. Reuse one object for many
// claims: its strings keep their memory.
struct ClaimedRun {
  RunKey key;
  uint64_t token = 0;
  int32_t attempt = 0;
  Trigger trigger = Trigger::kSchedule;
  Millis scheduled_time = 0;
  Millis due_time = 0;
  Millis attempt_timeout = 0;  // the job's, else the event's, else the default
  std::string product;
  std::string job_tag;
  std::string job_name;
  std::string env;
  std::string input_json;  // empty: none
  std::shared_ptr<const Event> event;
  // The connections that the event's target names, as they are now, without those that do not exist.
  std::vector<std::shared_ptr<const StoredConnection>> connections;
};

enum class ClaimResult {
  kClaimed,
  kGone,  // ended, held, withdrawn, in another lane by now: nothing to do, it comes back by itself
};

// How an attempt went.
struct Outcome {
  enum class Kind : uint8_t {
    kCompleted,
    kFailed,     // `error` is set; the engine decides about a retry
    kCancelled,  // the target confirms that it stopped
    kReleased,   // given back unexecuted: redelivered, not charged
    kLost,       // the worker is gone: redelivered, charged
  };
  RunKey key;
  uint64_t token = 0;
  Kind kind = Kind::kCompleted;
  Millis start_time = 0;  // engine time, as the target or executor says; 0: the claim's
  Millis end_time = 0;    // 0: now
  std::shared_ptr<const RunError> error;
  std::shared_ptr<const RunOutput> output;
  std::optional<Millis> retry_after;
};

// A claimed run by name and token.
struct RunRef {
  RunKey key;
  uint64_t token = 0;
};

// An outcome that was not accepted: "STALE_TOKEN", "UNKNOWN_RUN", "OTHER_PRODUCT".
struct Refusal {
  RunRef run;
  std::string reason;
};

// What dispatch asks of the engine. Thread-safe; never blocks on I/O.
class RunPort {
 public:
  virtual ~RunPort() = default;

  // Claims a popped run for an attempt by `worker` (interned; null for executors): gives it a new
  // token and marks it RUNNING. On kClaimed every member of `out` is set. A run whose input must
  // first be read from disk is kGone and comes back through the queue when it is there.
  virtual ClaimResult Claim(const ReadyRun& run, const std::string* worker, ClaimedRun* out) = 0;

  // Records outcomes. `committed` is called exactly once, from any thread, when those that were
  // accepted are durable, with those that were refused. `product` is the reporter's: a run of
  // another product is refused (empty: not checked).
  using Committed = std::function<void(std::vector<Refusal>)>;
  virtual void Report(const std::string& product, std::vector<Outcome> outcomes,
                      Committed committed) = 0;

  // Those of `runs` whose token is still current, for a worker that resumes its session.
  virtual std::vector<RunRef> StillCurrent(const std::string& product,
                                           absl::Span<const RunRef> runs) = 0;

  // Engine time.
  virtual Millis Now() const = 0;
};

// What the engine asks of dispatch, after the commit. Thread-safe; must not block.
class CancelSink {
 public:
  virtual ~CancelSink() = default;
  // Attempts in flight whose run ended (cancelled, deleted): stop them; nobody waits for it.
  virtual void CancelRuns(absl::Span<const RunRef> runs, const std::string& reason) = 0;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RUN_PORT_H_
