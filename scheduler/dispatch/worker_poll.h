#ifndef SCHEDULER_DISPATCH_WORKER_POLL_H_
#define SCHEDULER_DISPATCH_WORKER_POLL_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/single_flight.h"
#include "scheduler/dispatch/worker_feed.h"
#include "scheduler/dispatch/worker_lanes.h"
#include "scheduler/dispatch/worker_session.h"
#include "scheduler/dispatch/worker_stream.h"

namespace scheduler::dispatch {

// One LeaseRuns call that waits for runs: it takes the first ones that come, once.
// WorkerHub::Lease makes it.
//
// Thread safety: everything from any thread.
class WorkerPoll final : public LaneTaker, public std::enable_shared_from_this<WorkerPoll> {
 public:
  // Called exactly once, from any thread, with the session's id; the deliveries are in the sink.
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::string>)>;

  struct Terms {
    std::string worker;  // its name; may be empty
    size_t max_runs = 1;
    Millis lease = 0;
    Millis give_up_at = 0;  // monotonic; answers without runs from then on
    // Whether nobody waits for the answer any more; asked before runs are taken, and now and then.
    // Thread-safe.
    std::function<bool()> abandoned;
  };

  // `sink` is used until `done` is called. The session is held, and is released with the answer.
  WorkerPoll(WorkerContext context, std::shared_ptr<WorkerSession> session, Terms terms,
             DeliverySink* sink, Done done);

  // Serves the lanes and looks into them. Once.
  void Start(std::vector<core::HeldLane> lanes);
  // Answers without runs if its time is over or nobody waits for it.
  void GiveUpIfDue(Millis now);
  // Answers as soon as it can: with `status` if it is an error, else without runs.
  void End(absl::Status status);

  bool done() const { return ended_.load(); }

  // --- LaneTaker ---------------------------------------------------------------------------------
  uint32_t load() const override { return wants_.load() ? 0 : kFullLoad; }
  void Offer(uint32_t sharers) override;

 private:
  bool Abandoned() const { return terms_.abandoned && terms_.abandoned(); }
  void Look();
  WorkerFeed::Terms FeedTerms() const;
  absl::Status EndStatus() const;
  void Finish(absl::StatusOr<std::string> answer);

  const WorkerContext context_;
  const std::shared_ptr<WorkerSession> session_;
  const Terms terms_;
  std::vector<core::HeldLane> held_lanes_;          // set by Start
  std::vector<std::shared_ptr<WorkerLane>> lanes_;  // likewise
  SingleFlight flight_{/*taken=*/true};             // given back by Start
  std::atomic<uint32_t> sharers_{1};                // at the first look it takes what is there
  std::atomic<bool> wants_{true};
  std::atomic<bool> ended_{false};

  // Of the one who has the flight.
  WorkerFeed feed_;
  DeliverySink* sink_;
  Done done_;

  mutable base::Mutex mu_;
  absl::Status end_status_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_POLL_H_
