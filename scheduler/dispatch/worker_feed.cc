#include "scheduler/dispatch/worker_feed.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace scheduler::dispatch {
namespace {

// Of several lanes each gives at least this much at a time, so that turns stay worth their locks.
constexpr size_t kMinQuantum = 32;

}  // namespace

WorkerFeed::WorkerFeed(WorkerContext context, std::shared_ptr<WorkerSession> session,
                       const std::string* worker)
    : context_(std::move(context)), session_(std::move(session)), worker_(worker) {}

size_t WorkerFeed::Fill(const WorkerLink* link,
                        const std::vector<std::shared_ptr<WorkerLane>>& lanes, size_t max,
                        Millis lease, DeliverySink* sink) {
  claims_.clear();
  bytes_ = 0;
  popped_count_ = 0;
  max = std::min({max, session_->BeginFill(link), kMaxBatchRuns});
  now_ = context_.port->Now();
  size_t idle = 0;  // lanes in a row that had nothing
  while (claims_.size() < max && bytes_ < kMaxBatchBytes && idle < lanes.size()) {
    WorkerLane& lane = *lanes[cursor_++ % lanes.size()];
    if (!lane.ready.load()) {
      ++idle;
      continue;
    }
    idle = 0;
    Take(&lane, ShareOf(lane, lanes.size(), max - claims_.size()), sink);
  }
  const bool ours = session_->EndFill(link, claims_, context_.clock->MonoNow(), lease);
  if (!ours) {
    std::vector<core::RunRef> runs;
    runs.reserve(claims_.size());
    for (const ClaimedFlight& claim : claims_) runs.push_back(claim.run);
    Release(runs);
    claims_.clear();
  }
  // A batch that took nothing leaves things as they were: passing on would go round for ever.
  if (popped_count_ > 0) PassOn(lanes);
  return claims_.size();
}

void WorkerFeed::PassOn(const std::vector<std::shared_ptr<WorkerLane>>& lanes) {
  for (const std::shared_ptr<WorkerLane>& lane : lanes) {
    if (lane->takers.load() > 1 && lane->ready.load()) context_.mailbox->PostLane(lane->id);
  }
}

size_t WorkerFeed::ShareOf(const WorkerLane& lane, size_t lanes, size_t room) const {
  // What fits into the message, by the size of late deliveries.
  size_t want = std::min(room, (kMaxBatchBytes - bytes_) / mean_bytes_ + 1);
  if (lanes > 1) want = std::min(want, std::max(kMinQuantum, kMaxBatchRuns / lanes));
  const size_t takers = lane.takers.load();
  if (takers > 1) {
    const size_t waiting = context_.queue->Size(lane.id);
    want = std::min(want, std::max<size_t>((waiting + takers - 1) / takers, 1));
  }
  return want;
}

void WorkerFeed::Take(WorkerLane* lane, size_t want, DeliverySink* sink) {
  popped_.clear();
  lane->ready = false;
  if (context_.queue->Pop(lane->id, want, &popped_) >= want) lane->ready = true;
  popped_count_ += popped_.size();
  const size_t before = claims_.size();
  const size_t bytes_before = bytes_;
  for (const core::ReadyRun& ready : popped_) {
    if (context_.port->Claim(ready, worker_, &claimed_) != core::ClaimResult::kClaimed) continue;
    bytes_ += sink->Add(claimed_, now_ + claimed_.attempt_timeout);
    claims_.push_back({{claimed_.key, claimed_.token}, claimed_.attempt_timeout});
  }
  const size_t added = claims_.size() - before;
  if (added > 0) mean_bytes_ = std::max<size_t>((bytes_ - bytes_before) / added, 32);
}

void WorkerFeed::ReturnLast() {
  Release(session_->Withdraw(claims_));
  claims_.clear();
}

void WorkerFeed::Release(const std::vector<core::RunRef>& runs) {
  if (runs.empty()) return;
  std::vector<core::Outcome> outcomes(runs.size());
  for (size_t i = 0; i < runs.size(); ++i) {
    outcomes[i].key = runs[i].key;
    outcomes[i].token = runs[i].token;
    outcomes[i].kind = core::Outcome::Kind::kReleased;
  }
  context_.port->Report(session_->product(), std::move(outcomes),
                        [](const std::vector<core::Refusal>& /*refused*/) {});
}

}  // namespace scheduler::dispatch
