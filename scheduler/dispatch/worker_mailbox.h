#ifndef SCHEDULER_DISPATCH_WORKER_MAILBOX_H_
#define SCHEDULER_DISPATCH_WORKER_MAILBOX_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/base/waiter.h"
#include "scheduler/core/run_port.h"

namespace scheduler::dispatch {

class WorkerLink;

// What the hub's thread is to see to: lanes that have runs to offer, and streams to wake. It takes
// the work off the engine's threads, which must not be held up by claims and writes.
//
// Thread safety: everything from any thread; the lock is a leaf.
class WorkerMailbox {
 public:
  void PostLane(core::LaneId lane);
  // The lane may have runs to offer at `time`, in monotonic nanoseconds.
  void PostTime(int64_t time, core::LaneId lane);
  void PostWake(std::shared_ptr<WorkerLink> link);
  // The link is to be woken within kLater.
  void PostLater(std::shared_ptr<WorkerLink> link);
  static constexpr base::Millis kLater = 5;

  struct Mail {
    std::vector<core::LaneId> lanes;
    std::vector<std::pair<int64_t, core::LaneId>> times;
    std::vector<std::shared_ptr<WorkerLink>> links;
    std::vector<std::shared_ptr<WorkerLink>> later;

    bool empty() const { return lanes.empty() && times.empty() && links.empty() && later.empty(); }
    void clear() {
      lanes.clear();
      times.clear();
      links.clear();
      later.clear();
    }
  };
  // Takes all there is into `mail`, whose memory is used for what comes next.
  void Take(Mail* mail);

  // Drops what there is and what comes: nobody takes it any more, and links hold the mailbox.
  void Close();

  // Woken by each post.
  base::Waiter& waiter() { return waiter_; }

 private:
  base::Waiter waiter_;
  base::Mutex mu_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  Mail mail_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_MAILBOX_H_
