#ifndef SCHEDULER_DISPATCH_WORKER_SESSION_H_
#define SCHEDULER_DISPATCH_WORKER_SESSION_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_flights.h"
#include "scheduler/dispatch/worker_messages.h"

namespace scheduler::dispatch {

class WorkerLink;

// A delivery that was claimed for a session and is about to be sent.
struct ClaimedFlight {
  core::RunRef run;
  Millis attempt_timeout = 0;
  core::LimitGroup group = core::kNoGroup;
};

// A worker's session: the deliveries it has in its hands, how many it may have, and until when it
// counts as alive. It outlives its stream by a grace, in which another stream may take it up. A
// session of LeaseRuns calls has no stream and no window; each of its deliveries has a lease of its
// own.
//
// What it says about deliveries is to be told to the engine by the caller. The session itself calls
// nobody but the queue, without its lock: of each delivery of a limit group that leaves it, in
// whatever way. All times are monotonic milliseconds.
//
// Thread safety: everything from any thread; the lock is a leaf.
class WorkerSession {
 public:
  enum class Kind { kStream, kPolled };

  // `queue` is told of limit groups; it outlives the session's last delivery. May be null.
  WorkerSession(Kind kind, std::string product, std::string id, Millis now,
                core::RunQueue* queue = nullptr);

  Kind kind() const { return kind_; }
  const std::string& product() const { return product_; }
  const std::string& id() const { return id_; }

  // --- a session and its stream ------------------------------------------------------------------

  struct Attachment {
    bool attached = false;                 // false: the session was given up meanwhile
    std::shared_ptr<WorkerLink> replaced;  // it is no longer this session's; null: there was none
    std::vector<core::RunRef> named;       // still the session's as far as it knows
    std::vector<core::RunRef> abandoned;   // removed: the worker does not have them (any more)
  };
  // `link` is the session's stream from now on.
  Attachment Attach(std::shared_ptr<WorkerLink> link, const WorkerHello& hello, Millis now);
  // Of `named` only those that are `current` stay.
  void Keep(const std::vector<core::RunRef>& named, const std::vector<core::RunRef>& current);
  // The stream ended; the grace begins. Nothing if `link` is no longer the session's.
  void Detach(const WorkerLink* link, Millis now);
  std::shared_ptr<WorkerLink> link() const;

  void SetWindow(const WorkerLink* link, int32_t max_in_flight);
  // Of the session, and of each of a polled session's deliveries from their next extension on.
  void SetLease(Millis lease);
  // Any message: the lease begins anew.
  void Touch(Millis now) { last_seen_.store(now, std::memory_order_relaxed); }

  // How full the window is: LaneTaker::load.
  uint32_t load() const { return load_.load(); }

  // --- deliveries --------------------------------------------------------------------------------

  // Before claims for the session begin: how many there is room for. `link` is null for a polled
  // session. Each call is followed by one of EndFill.
  size_t BeginFill(const WorkerLink* link);
  // The claims; each is held for `lease` (kNever: as long as the session lasts). False if the session is
  // no longer the link's: then nobody will send them.
  bool EndFill(const WorkerLink* link, absl::Span<const ClaimedFlight> claims, Millis now,
               Millis lease);

  // The worker has answered: removes what `outcomes` name, and from `outcomes` those that only
  // confirm what the server had ended.
  void TakeResults(std::vector<core::Outcome>* outcomes);
  // Removes those that could not be sent; returns those of them that the server had not ended.
  std::vector<core::RunRef> Withdraw(absl::Span<const ClaimedFlight> claims);
  // Their leases begin anew. Appends those that are not the session's to `refused`.
  void Extend(absl::Span<const core::RunRef> runs, Millis now, std::vector<core::Refusal>* refused);

  // The server ended these; those that the session has will be told to the worker. True if there
  // are any.
  bool Cancel(absl::Span<const core::RunRef> runs, const std::string& reason);
  // What to tell the worker, one reason and at most kMaxCancels at a time; false if nothing.
  bool TakeCancels(WorkerCancels* cancels);

  static constexpr size_t kMaxCancels = 8000;  // some 50 bytes each: below 512 KiB

  // Deliveries in its hands, those the server has ended included.
  size_t in_flight() const;

  // --- time --------------------------------------------------------------------------------------

  struct Expiry {
    bool over = false;                    // the session is given up: `lost` are all it had
    Millis lease = 0;                     // of the session
    std::shared_ptr<WorkerLink> link;     // its stream, if it has one
    std::vector<core::RunRef> timed_out;  // attempts that took too long
    std::vector<core::RunRef> lost;
    bool has_cancels = false;  // there is something to tell the worker
  };
  // Ends attempts that took too long, and the session whose lease or grace is over.
  Expiry Expire(Millis now);
  // While held its silence means nothing: a call of it is waiting, or its messages are not read.
  void Hold() { ++holds_; }
  void Release(Millis now) {
    Touch(now);
    --holds_;
  }
  // The session was given up.
  bool gone() const;
  // Gives the session up; returns the open deliveries.
  std::vector<core::RunRef> GiveUp();

 private:
  struct PendingCancel {
    core::RunRef run;
    std::string reason;
  };

  // Holds the lock where deliveries may leave the session, and tells the queue afterwards.
  class ABSL_SCOPED_LOCKABLE RemovingLock {
   public:
    explicit RemovingLock(WorkerSession* session)
        ABSL_EXCLUSIVE_LOCK_FUNCTION(session->mu_) ABSL_NO_THREAD_SAFETY_ANALYSIS;
    ~RemovingLock() ABSL_UNLOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS;
    RemovingLock(const RemovingLock&) = delete;
    RemovingLock& operator=(const RemovingLock&) = delete;

   private:
    WorkerSession& session_;
  };

  bool IsOver(Millis now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void UpdateLoad() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::vector<core::RunRef> GiveUpLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  void AddCancel(const core::RunRef& run, const std::string& reason)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Kind kind_;
  const std::string product_;
  const std::string id_;
  core::RunQueue* const queue_;
  std::atomic<Millis> last_seen_;
  std::atomic<int> holds_{0};
  std::atomic<uint32_t> load_{0};

  mutable base::Mutex mu_;
  std::shared_ptr<WorkerLink> link_ ABSL_GUARDED_BY(mu_);
  bool gone_ ABSL_GUARDED_BY(mu_) = false;
  Millis detached_at_ ABSL_GUARDED_BY(mu_) = 0;
  Millis lease_ ABSL_GUARDED_BY(mu_) = base::limits::kDefaultLease;
  size_t window_ ABSL_GUARDED_BY(mu_) = 0;
  WorkerFlights flights_ ABSL_GUARDED_BY(mu_);
  std::vector<PendingCancel> cancels_ ABSL_GUARDED_BY(mu_);
  // Claims under way, and cancels that came meanwhile for runs that may be among them.
  int filling_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<PendingCancel> early_cancels_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_SESSION_H_
