#ifndef SCHEDULER_DISPATCH_WORKER_HUB_H_
#define SCHEDULER_DISPATCH_WORKER_HUB_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_directory.h"
#include "scheduler/dispatch/worker_feed.h"
#include "scheduler/dispatch/worker_link.h"
#include "scheduler/dispatch/worker_mailbox.h"
#include "scheduler/dispatch/worker_messages.h"
#include "scheduler/dispatch/worker_poll.h"
#include "scheduler/dispatch/worker_session.h"
#include "scheduler/dispatch/worker_stream.h"

namespace scheduler::dispatch {

// Where runs of worker events meet connected workers. It keeps the workers' sessions, gives them
// runs of the queues they serve, brings their results to the engine, ends attempts that take too
// long, and gives runs of lost workers back.
//
//   a run:    RunQueue → OnReady → mailbox → Step → LaneTaker::Offer → WorkerStream::Wake
//             → WorkerLink::Next → WorkerFeed (pop, claim, sink) → the wire
//   a result: the wire → WorkerLink::OnResults → RunPort::Report → commit → mailbox → Step
//             → WorkerStream::Wake → WorkerLink::Next (the ack) → the wire
//
// A stepped object: Start attaches a thread of its own, and without it a caller steps (tests,
// simulation). Claims and writes happen on that thread and on those of the streams, never on the
// engine's.
//
// Locks: the directory's, the lanes', each session's, each link's and the mailbox's. Each is held for a
// few table operations, none while another one is taken, and none while RunQueue, RunPort or a
// stream is called.
//
// Thread safety: everything from any thread, except that Step is called by one at a time.
class WorkerHub final : public core::LaneListener, public core::CancelSink {
 public:
  struct Options {
    // The lane of a product's queue, from core::kFirstWorkerLane, for whoever serves it. Workers
    // name what they like, so the hub lets go of it with the stream or call. Thread-safe.
    std::function<core::HeldLane(const std::string& product, const std::string& queue)> hold_lane;
    // A session id that nobody can guess. Thread-safe.
    std::function<std::string()> new_session_id;
    size_t max_sessions = 10'000;
  };

  // All pointers outlive the hub and every stream.
  WorkerHub(core::RunQueue* queue, core::RunPort* port, const base::Clock* clock, Options options);
  ~WorkerHub() override;
  WorkerHub(const WorkerHub&) = delete;
  WorkerHub& operator=(const WorkerHub&) = delete;

  // Attaches the thread. At most once.
  void Start();
  // Ends the thread. Idempotent; the destructor calls it.
  void Stop();

  // One round: offers what is ready, wakes streams and, every kTickPeriod, looks at the time.
  // False if there was nothing to do: until a post or the next period there will not be.
  bool Step();
  static constexpr Millis kTickPeriod = 50;

  // --- streams -----------------------------------------------------------------------------------

  // Takes up or begins the session that `hello` names, with `stream` as its stream; a stream that
  // the session had ends with ABORTED SESSION_REPLACED. The welcome comes through
  // WorkerLink::Next: the caller looks there after Open without being woken.
  //
  // UNAVAILABLE DRAINING; RESOURCE_EXHAUSTED TOO_MANY_STREAMS; INVALID_ARGUMENT FIELD_INVALID: the
  // session is one of LeaseRuns.
  absl::StatusOr<std::shared_ptr<WorkerLink>> Open(WorkerHello hello,
                                                   std::shared_ptr<WorkerStream> stream);

  // --- calls, for clients without streams --------------------------------------------------------

  struct LeaseRequest {
    std::string product;
    std::string worker;
    std::string session_id;  // empty: a new one
    std::vector<std::string> queues;
    size_t max_runs = 1;
    Millis wait = 0;
    Millis lease = base::limits::kDefaultLease;
    std::function<bool()> abandoned;  // as WorkerPoll::Terms; may be null
  };
  // Answers with the session's id as soon as `sink` got runs, or without any when `wait` is over.
  // `sink` is used until then. Returns the waiting call for End, null if it was answered at once.
  // Errors: as Open.
  std::shared_ptr<WorkerPoll> Lease(LeaseRequest request, DeliverySink* sink,
                                    WorkerPoll::Done done);

  struct CompleteRequest {
    std::string product;
    std::string session_id;
    std::vector<core::Outcome> outcomes;
    std::vector<core::RunRef> extend;
  };
  struct CompleteAnswer {
    std::vector<core::Refusal> refused;
    std::vector<core::RunRef> cancelled;
  };
  using Completed = absl::AnyInvocable<void(absl::StatusOr<CompleteAnswer>)>;
  // Answers when the outcomes are committed. FAILED_PRECONDITION SESSION_UNKNOWN.
  void Complete(CompleteRequest request, Completed done);

  // --- the engine --------------------------------------------------------------------------------

  void OnReady(core::LaneId lane) override;
  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override;

  // --- the end -----------------------------------------------------------------------------------

  // Takes no more workers and gives no more runs; workers are told, and finish what they have.
  void Drain(const std::string& reason);
  // After Drain: true if nothing is in flight and no ack is owed.
  bool Idle();
  // Ends every stream and waiting call with UNAVAILABLE DRAINING. Runs in flight are not reported:
  // they stay open, and the next start delivers them again.
  void Shutdown();

  struct Stats {
    int64_t sessions = 0;
    int64_t streams = 0;
    int64_t in_flight = 0;
    int64_t timed_out = 0;  // attempts, since the start
    int64_t lost = 0;       // deliveries, since the start
  };
  Stats stats();

 private:
  void Run();
  void OfferLane(core::LaneId lane);
  // Offers the lanes whose time has come.
  bool OfferTimedLanes();
  void Tick(Millis now);
  void TickSession(const std::shared_ptr<WorkerSession>& session, Millis now);

  // Each once.
  std::vector<core::HeldLane> LanesOf(const std::string& product,
                                      const std::vector<std::string>& queues) const;
  // A session for a waiting call, held.
  absl::StatusOr<std::shared_ptr<WorkerSession>> HoldPolled(const LeaseRequest& request);
  // Finishes what WorkerSession::Attach began, and answers the hello.
  void Welcome(WorkerLink* link, WorkerSession::Attachment attachment, Millis lease);
  void ReportLost(const std::string& product, const std::vector<core::RunRef>& runs);
  void ReportTimedOut(const std::string& product, const std::vector<core::RunRef>& runs);

  const Options options_;
  const WorkerContext context_;
  WorkerDirectory directory_;

  // Of Step.
  WorkerMailbox::Mail mail_;
  std::vector<std::shared_ptr<LaneTaker>> takers_;
  // When runs of a lane may be let go by their limits; monotonic nanoseconds. A lane may be there more
  // than once: it is looked into in vain then.
  std::set<std::pair<int64_t, core::LaneId>> lane_times_;
  Millis next_tick_ = 0;
  std::vector<std::shared_ptr<WorkerLink>> later_;  // to be woken at later_due_
  Millis later_due_ = base::kNever;

  std::atomic<int64_t> timed_out_{0};
  std::atomic<int64_t> lost_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_HUB_H_
