#ifndef SCHEDULER_DISPATCH_WORKER_LINK_H_
#define SCHEDULER_DISPATCH_WORKER_LINK_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_acks.h"
#include "scheduler/dispatch/worker_feed.h"
#include "scheduler/dispatch/worker_lanes.h"
#include "scheduler/dispatch/worker_messages.h"
#include "scheduler/dispatch/worker_session.h"
#include "scheduler/dispatch/worker_stream.h"

namespace scheduler::dispatch {

// One stream of a worker, between the hub and whoever speaks to the worker. WorkerHub::Open makes
// it. The stream brings what it reads (On…) and takes what to write (Next).
//
// It holds the stream, and the stream holds it: the circle ends with Next's WorkerEnd, or with
// OnBroken.
//
// Thread safety: the On… methods by one reader at a time, Next and OnWriteFailed by one writer at a
// time, the rest from any thread. Its lock is never held while anything else is called.
class WorkerLink final : public LaneTaker, public std::enable_shared_from_this<WorkerLink> {
 public:
  WorkerLink(WorkerContext context, std::shared_ptr<WorkerSession> session, std::string worker,
             std::shared_ptr<WorkerStream> stream);

  // --- what the stream has read ------------------------------------------------------------------

  // Before everything else, for every message: renews the lease.
  void OnMessage();
  // Records a batch of results; its ack comes through Next once they are committed. `*rest`: so
  // much waits to be committed that the stream should not read on before ResumeReading.
  // INVALID_ARGUMENT FIELD_INVALID: the sequence did not rise.
  absl::Status OnResults(uint64_t sequence, std::vector<core::Outcome> outcomes, bool* rest);
  void OnWindow(int32_t max_in_flight);
  // The worker takes no more runs.
  void OnDrain();
  // The worker has closed its side: nothing more comes. What is owed is still written.
  void OnReadsDone();
  // The stream is broken: nothing can be written either.
  void OnBroken();

  // --- what the stream writes --------------------------------------------------------------------

  // The next thing to write. Deliveries are in `sink` then; with anything else, monostate included,
  // what the sink holds is to be thrown away. After WorkerEnd there is nothing more.
  WorkerWrite Next(DeliverySink* sink);
  // The deliveries of the last Next did not go out.
  void OnWriteFailed();

  // --- for the hub -------------------------------------------------------------------------------

  // Serves these lanes. REQUIRES: once, before the directory or the session has it.
  void Join(std::vector<core::HeldLane> lanes);
  // Answers the hello and begins to take runs.
  void Start(WorkerWelcome welcome);
  // Takes no more runs; what waits in its lanes is offered to others. Idempotent.
  void StopTaking();
  // Says goodbye; ends in good order when nothing is in flight any more.
  void Drain(const std::string& reason);
  // Ends the stream with `status` as soon as its current write is over. The first call counts.
  void End(absl::Status status);
  // Breaks off a stream whose end has not gone out in time: nobody reads at the other side.
  void AbortIfStuck(Millis now);
  void Wake() { stream_->Wake(); }
  // It was posted to be woken later, and this is then.
  void WakeForAcks();

  // --- LaneTaker ---------------------------------------------------------------------------------
  uint32_t load() const override;
  void Offer(uint32_t sharers) override;

  const std::shared_ptr<WorkerSession>& session() const { return session_; }
  // Neither are there runs in flight nor is an ack owed.
  bool idle() const;

  // How many results may wait for their commit, or for the worker to read their ack, before the
  // stream rests; it goes on at half of it.
  static constexpr size_t kMaxOwedResults = 100'000;
  // While results come fast an ack goes out every kLater only, unless so many are owed.
  static constexpr size_t kAckAtOnce = 10'000;
  // How long the end of a stream may take to go out.
  static constexpr Millis kEndTime = 2 * base::kSecond;

 private:
  void OnCommitted(uint64_t sequence, std::vector<core::Refusal> refused);
  bool TakeAck(WorkerAck* ack);
  // Whether acks may wait so that one says what several would: nobody waits for them. Until then
  // it has asked to be woken.
  bool AcksCanWait(Millis now);
  std::optional<WorkerWrite> NextControl();
  bool NextDeliveries(DeliverySink* sink);
  bool MayEnd() const;
  // Whether one of its lanes has runs that it may take without being offered them. Lanes that it
  // shares are put before the hub instead.
  bool HasRunsOfItsOwn() const;

  const WorkerContext context_;
  const std::shared_ptr<WorkerSession> session_;
  const std::shared_ptr<WorkerStream> stream_;
  std::vector<core::HeldLane> held_lanes_;          // set by Join, then constant
  std::vector<std::shared_ptr<WorkerLane>> lanes_;  // likewise
  std::atomic<bool> taking_{false};                 // takes runs
  std::atomic<uint32_t> offered_{0};                // the sharers of what was offered; 0: nothing

  // The writer's.
  WorkerFeed feed_;
  bool control_first_ = true;  // acks and deliveries take turns
  Millis last_ack_ = -WorkerMailbox::kLater;
  bool wrote_deliveries_ = false;

  mutable base::Mutex mu_;
  WorkerAcks acks_ ABSL_GUARDED_BY(mu_);
  bool resting_ ABSL_GUARDED_BY(mu_) = false;  // the stream does not read
  bool holding_ ABSL_GUARDED_BY(mu_) = false;  // for want of commits: the worker cannot help it
  std::optional<WorkerWelcome> welcome_ ABSL_GUARDED_BY(mu_);
  bool welcomed_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<std::string> drain_notice_ ABSL_GUARDED_BY(mu_);
  bool server_drains_ ABSL_GUARDED_BY(mu_) = false;
  bool reads_done_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
  bool ack_awaited_ ABSL_GUARDED_BY(mu_) = false;  // the worker leaves when it has its acks
  bool later_ ABSL_GUARDED_BY(mu_) = false;        // it has asked to be woken
  Millis abort_at_ ABSL_GUARDED_BY(mu_) = base::kNever;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_LINK_H_
