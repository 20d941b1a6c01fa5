#ifndef SERVER_CALL_GATE_H_
#define SERVER_CALL_GATE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/mutex.h"
#include "server/call_log.h"
#include "server/call_stats.h"

namespace server {

class Call;

// Bounds on the calls in hand. Times in milliseconds.
struct CallLimits {
  int64_t max_calls = 20'000;
  // Of requests in hand and of answers that their callers have not read.
  int64_t max_bytes = 512LL * 1024 * 1024;
  int64_t max_streams = 10'000;
  scheduler::base::Millis max_duration = 60 * scheduler::base::kSecond;
  // Longer than the longest wait that a long poll can ask for.
  scheduler::base::Millis max_long_poll =
      scheduler::base::limits::kMaxLeaseWait + 15 * scheduler::base::kSecond;
};

// A stream that can be told to end.
class StoppableStream {
 public:
  virtual ~StoppableStream() = default;
  // The server is about to stop: end with this status soon. Called with no lock held, from any
  // thread, possibly more than once.
  virtual void OnStop(const absl::Status& status) = 0;
};

// The door through which every call comes: it refuses what the server is in no state to do, bounds
// what is in hand, ends calls whose time is over, and at shutdown all that are left, since a call
// that is never finished would hold up gRPC's own shutdown for ever. Thread-safe.
class CallGate {
 public:
  enum class Phase {
    kStarting,  // everything but probes is refused: RECOVERING
    kServing,
    kDraining,  // mutations, long polls and new streams are refused: DRAINING
    kStopped,   // everything is refused: DRAINING
  };

  CallGate(const scheduler::base::Clock* clock, const CallLimits& limits)
      : clock_(clock), limits_(limits) {}
  CallGate(const CallGate&) = delete;
  CallGate& operator=(const CallGate&) = delete;

  // A method of a service, to be counted and bounded by its kind; the same one for the same names.
  // Before the first call.
  Method* AddMethod(std::string service, std::string name, CallKind kind,
                    CallShape shape = CallShape::kUnary);
  // REQUIRES: AddMethod is not called any more.
  const std::vector<std::unique_ptr<Method>>& methods() const { return methods_; }

  void SetPhase(Phase phase) { phase_.store(phase, std::memory_order_release); }
  Phase phase() const { return phase_.load(std::memory_order_acquire); }

  // UNAVAILABLE RECOVERING or DRAINING; RESOURCE_EXHAUSTED OVERLOADED. On OK the call is in hand
  // until Leave.
  absl::Status Enter(Call* call);
  void Leave(Call* call);
  // Bytes of an answer that is given to gRPC; they are in hand until the call's Leave.
  void AddAnswer(int64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }

  // The same for a stream, of kind kStream or kProbe; RESOURCE_EXHAUSTED TOO_MANY_STREAMS. On OK it
  // is in hand until LeaveStream. `stream` may be null if it ends otherwise.
  absl::Status EnterStream(CallKind kind, const std::shared_ptr<StoppableStream>& stream);
  // May be called by the stream's own destructor.
  void LeaveStream(const StoppableStream* stream);

  // Ends calls whose time is over with DEADLINE_EXCEEDED. To be called a few times a second.
  void Expire();

  // Ends all calls in hand and tells all streams. They are gone a little later.
  void FailAll(const absl::Status& status);
  void StopStreams(const absl::Status& status);

  int64_t calls() const { return calls_.load(std::memory_order_relaxed); }
  int64_t streams() const { return streams_.load(std::memory_order_relaxed); }
  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  const scheduler::base::Clock& clock() const { return *clock_; }
  CallLog* log() { return &log_; }
  scheduler::base::Millis MaxDuration(CallKind kind) const;

 private:
  // The calls in hand, in several lists so that threads seldom meet.
  struct alignas(64) Shard {
    scheduler::base::Mutex mu;
    Call* head ABSL_GUARDED_BY(mu) = nullptr;
  };
  static constexpr size_t kShards = 8;

  absl::Status CheckPhase(CallKind kind) const;
  Shard& ShardOf(const Call* call);
  // References to the calls in hand for which `deadline` ≥ their own.
  std::vector<Call*> Collect(int64_t deadline_nanos);

  const scheduler::base::Clock* const clock_;
  const CallLimits limits_;
  CallLog log_;
  std::vector<std::unique_ptr<Method>> methods_;
  std::atomic<Phase> phase_{Phase::kStarting};
  std::atomic<int64_t> calls_{0};
  std::atomic<int64_t> bytes_{0};
  std::atomic<int64_t> streams_{0};
  std::array<Shard, kShards> shards_;

  // A stream that was told of. Under the lock no reference to a stream is taken except to be kept
  // beyond it: it could become the last one, and the stream's destructor calls LeaveStream.
  struct StreamEntry {
    const StoppableStream* stream;  // to compare, never to follow
    std::weak_ptr<StoppableStream> held;
  };
  scheduler::base::Mutex streams_mu_;
  std::vector<StreamEntry> stoppable_ ABSL_GUARDED_BY(streams_mu_);
};

}  // namespace server

#endif  // SERVER_CALL_GATE_H_
