#ifndef SCHEDULER_CORE_RUN_PORT_H_
#define SCHEDULER_CORE_RUN_PORT_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/core/attempt_trace.h"
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
inline constexpr LaneId kLambdaLane = 6;
inline constexpr LaneId kFirstWorkerLane = 16;

// The lane of the executor that serves a target; kNoLane for a worker's.
LaneId ExecutorLane(const Target& target);

// A lane for those who serve it: the number is this queue's as long as this is held.
using HeldLane = std::shared_ptr<const LaneId>;

// Runs that share limits and places: those of one event that an executor serves, or that has limits. A
// group has a number as long as the event is known; it is never given to another.
using LimitGroup = uint32_t;
inline constexpr LimitGroup kNoGroup = 0;

// A committed run that may be sent.
struct ReadyRun {
  RunKey key;
  LaneId lane = kNoLane;
  LimitGroup group = kNoGroup;
  uint32_t product = 0;  // interned, for fairness
  int32_t priority = 0;
  // The engine's own.
  bool holds_text = false;  // what must be given back when it is claimed
  uint16_t start = 0;       // which of its group's starts it is; set where it is popped
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

// Told of the limits of groups. Thread-safe; must not block.
class LimitSink {
 public:
  virtual ~LimitSink() = default;
  // From now on these hold for the group; none at all if `limits` has none.
  virtual void SetLimits(LimitGroup group, const EventLimits& limits) = 0;
};

// Committed runs that wait to be sent, by lane; inside a lane keyed by product, priority and due
// time. What is popped and not claimed is lost to the queue, so a popper claims at once. Bounded by
// the number of open runs. Thread-safe.
//
// A run of a limit group is popped when its group may start an attempt, and counts as one in flight
// from then on: whoever pops it says once, by Ended or GiveBack, that it is none any more. Runs of
// others pass those that wait for their limit.
class RunQueue {
 public:
  virtual ~RunQueue() = default;

  // Adds runs and tells the listener of each lane that received some.
  virtual void Push(absl::Span<const ReadyRun> runs) = 0;

  // Appends at most `max` runs of `lane` to `out`; returns their number. Fewer than `max`: there is
  // no other that may be sent now.
  virtual size_t Pop(LaneId lane, size_t max, std::vector<ReadyRun>* out) = 0;

  // The same for whoever has `room` more places for attempts in flight, of all runs of the lane. A run is
  // passed over while its group has as many in flight in the lane as there are places left, so that an
  // event whose target hangs takes half of all places at most, n such events n of n + 1 parts, and others
  // find some (dynamic thresholds: Choudhury and Hahne, IEEE/ACM ToN 6(2), 1998, with alpha = 1). What is
  // passed over is looked at again when the caller asks again, as it does when a place gets free.
  //
  // `next_time`: when the first run of the lane that waits for its time alone may be popped, in monotonic
  // nanoseconds; INT64_MAX if none does. The listener is told of everything else that lets a run be
  // popped, and not of this: whoever serves the lane looks again then.
  virtual size_t PopShared(LaneId lane, size_t max, size_t room, std::vector<ReadyRun>* out,
                           int64_t* next_time) {
    *next_time = INT64_MAX;
    return Pop(lane, std::min(max, room), out);
  }

  // A queue that knows no limits has no need of the next two.

  // An attempt of each of these groups has ended that was popped from `lane` (of a group as often as it
  // is there; kNoGroup is ignored). Tells the listener of lanes whose runs may start now.
  virtual void Ended(LaneId /*lane*/, absl::Span<const LimitGroup> /*groups*/) {}

  // These runs, in the order in which one call popped them, were not claimed: nothing reached the
  // target. Where no other run of its group was popped since, its start does not count either.
  virtual void GiveBack(absl::Span<const ReadyRun> /*runs*/) {}

  virtual size_t Size(LaneId lane) const = 0;
  virtual size_t TotalSize() const = 0;
  // Of all, those whose group has limits.
  virtual size_t LimitedSize() const { return 0; }

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
  // Where the executor tells what it sends and gets; null but for tests of events.
  std::shared_ptr<AttemptTrace> trace;
  // Not a run, but a test of the one connection that the target names; all else of the target is empty.
  // The executor connects and shows who it is as ever, and then asks for something that changes nothing
  // at the target. What the target says of itself is the output.
  bool probe = false;
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
