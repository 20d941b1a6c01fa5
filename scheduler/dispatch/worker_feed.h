#ifndef SCHEDULER_DISPATCH_WORKER_FEED_H_
#define SCHEDULER_DISPATCH_WORKER_FEED_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_lanes.h"
#include "scheduler/dispatch/worker_mailbox.h"
#include "scheduler/dispatch/worker_session.h"
#include "scheduler/dispatch/worker_stream.h"

namespace scheduler::dispatch {

// What everything around the hub works with. The first three outlive all of it.
struct WorkerContext {
  core::RunQueue* queue = nullptr;
  core::RunPort* port = nullptr;
  const base::Clock* clock = nullptr;
  std::shared_ptr<WorkerMailbox> mailbox;
  std::shared_ptr<WorkerLanes> lanes;
};

// Carries runs from lanes to one taker: pops, claims and hands to the sink in batches, with one
// lock of the queue and one of the session each. Keeps its buffers from one batch to the next.
//
// Where several takers serve a lane, each takes a fair share of what waits there when it is offered
// to it, and passes the rest on: the hub offers it to the emptiest first. Where a taker serves
// several lanes, it takes from them in turn.
//
// Not thread-safe: one for each taker, used by whoever writes for it.
class WorkerFeed {
 public:
  // `worker` is the name that claims carry; may be empty. It is interned at the first one: what is
  // interned stays for ever, so a name that comes with a hello alone costs nothing that lasts.
  WorkerFeed(WorkerContext context, std::shared_ptr<WorkerSession> session, std::string worker);

  struct Terms {
    size_t max = 0;               // runs
    Millis lease = base::kNever;  // they are held so long
    uint32_t sharers = 1;         // of lanes that others serve too; 0: it is not its turn there
  };
  // Claims runs of `lanes` for the session and adds them to `sink`; returns their number. `link` as
  // in WorkerSession::BeginFill. Stops at kMaxBatchRuns and at kMaxBatchBytes (which the last
  // kMaxPop runs may pass), and at kMaxBatchPops. If the session is no longer the link's in the end, gives the runs back
  // and returns 0: then what the sink holds is to be thrown away.
  size_t Fill(const WorkerLink* link, const std::vector<std::shared_ptr<WorkerLane>>& lanes,
              const Terms& terms, DeliverySink* sink);

  // The last batch could not be sent: gives its runs back, uncharged.
  void ReturnLast();

  static constexpr size_t kMaxBatchRuns = 512;
  static constexpr size_t kMaxBatchBytes = 384 * 1024;
  static constexpr size_t kMaxPop = 64;
  // Of which many may be gone, or sent to another line of the queue: the rest is for the next batch.
  static constexpr size_t kMaxBatchPops = 4 * kMaxBatchRuns;

 private:
  bool HasRoom() const {
    return room_ > 0 && bytes_ < kMaxBatchBytes && popped_count_ < kMaxBatchPops;
  }
  // One turn at each of the lanes, `shared` ones included or not. False if none had a run.
  bool GoRound(const std::vector<std::shared_ptr<WorkerLane>>& lanes, bool shared,
               DeliverySink* sink);
  // Pops at most `want` runs of the lane, in portions, and claims them.
  void Take(WorkerLane* lane, size_t want, DeliverySink* sink);
  // Claims one and hands it over.
  void Claim(const core::ReadyRun& ready, DeliverySink* sink);
  // How many runs to take of one of `lanes` lanes in one turn.
  size_t ShareOf(const WorkerLane& lane, size_t lanes) const;
  // Gives runs back uncharged, and the places of those that never came to the session.
  void Release(std::vector<core::RunRef>* runs);
  // Others may take what is left.
  void PassOn(const std::vector<std::shared_ptr<WorkerLane>>& lanes);

  const WorkerContext context_;
  const std::shared_ptr<WorkerSession> session_;
  const std::string worker_name_;
  const std::string* worker_ = nullptr;  // the name interned; null before the first claim

  size_t cursor_ = 0;  // the lane whose turn it is
  // Of the batch.
  size_t room_ = 0;   // for runs
  size_t grain_ = 0;  // the least share
  uint32_t sharers_ = 1;
  size_t bytes_ = 0;
  size_t popped_count_ = 0;  // those that could not be claimed included
  Millis now_ = 0;           // engine time
  std::vector<core::ReadyRun> popped_;
  core::ClaimedRun claimed_;
  std::vector<ClaimedFlight> claims_;
  std::vector<core::RunRef> returns_;  // claimed, but not to be sent
  // Of limit groups: popped, but not claimed; claimed, but not the session's.
  std::vector<core::ReadyRun> unclaimed_;
  std::vector<core::LimitGroup> freed_;
  size_t large_bytes_ = 256;  // about the largest deliveries lately
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_FEED_H_
