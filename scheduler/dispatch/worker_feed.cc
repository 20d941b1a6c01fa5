#include "scheduler/dispatch/worker_feed.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/interned.h"

namespace scheduler::dispatch {
namespace {

// Of several lanes each gives at least this much at a time, so that turns stay worth their locks.
constexpr size_t kMinQuantum = 32;

// A share is not made smaller than this part of a taker's room: it would cost messages and gain no
// fairness, since the next share goes to another one.
constexpr size_t kGrains = 64;

}  // namespace

WorkerFeed::WorkerFeed(WorkerContext context, std::shared_ptr<WorkerSession> session,
                       std::string worker)
    : context_(std::move(context)), session_(std::move(session)), worker_name_(std::move(worker)) {}

size_t WorkerFeed::Fill(const WorkerLink* link,
                        const std::vector<std::shared_ptr<WorkerLane>>& lanes, const Terms& terms,
                        DeliverySink* sink) {
  claims_.clear();
  bytes_ = 0;
  popped_count_ = 0;
  const size_t room = std::min(terms.max, session_->BeginFill(link));
  room_ = std::min(room, kMaxBatchRuns);
  grain_ = room / kGrains;
  now_ = context_.port->Now();
  // Of a shared lane one share is enough; the others are gone round until there is nothing left.
  bool shared = terms.sharers > 0;
  sharers_ = terms.sharers;
  while (HasRoom() && GoRound(lanes, shared, sink)) shared = false;
  if (!session_->EndFill(link, claims_, context_.clock->MonoNow(), terms.lease)) {
    for (const ClaimedFlight& claim : claims_) {
      returns_.push_back(claim.run);
      if (claim.group != core::kNoGroup) freed_.push_back(claim.group);
    }
    claims_.clear();
  }
  Release(&returns_);
  // A batch that took nothing leaves things as they were: passing on would go round for ever.
  if (popped_count_ > 0) PassOn(lanes);
  return claims_.size();
}

bool WorkerFeed::GoRound(const std::vector<std::shared_ptr<WorkerLane>>& lanes, bool shared,
                         DeliverySink* sink) {
  const size_t before = popped_count_;
  const size_t first = cursor_++;
  for (size_t i = 0; i < lanes.size() && HasRoom(); ++i) {
    WorkerLane& lane = *lanes[(first + i) % lanes.size()];
    if (!lane.ready.load() || (!shared && lane.takers.load() > 1)) continue;
    Take(&lane, ShareOf(lane, lanes.size()), sink);
  }
  return popped_count_ != before;
}

void WorkerFeed::PassOn(const std::vector<std::shared_ptr<WorkerLane>>& lanes) {
  // Where it broke off, its own lanes come back to it by the hub as well.
  const bool broke_off = popped_count_ >= kMaxBatchPops;
  for (const std::shared_ptr<WorkerLane>& lane : lanes) {
    if (!lane->ready.load()) continue;
    if (broke_off || lane->takers.load() > 1) context_.mailbox->PostLane(lane->id);
  }
}

size_t WorkerFeed::ShareOf(const WorkerLane& lane, size_t lanes) const {
  size_t share = room_;
  if (lanes > 1) share = std::min(share, std::max(kMinQuantum, kMaxBatchRuns / lanes));
  if (sharers_ > 1 && lane.takers.load() > 1) {
    const size_t waiting = context_.queue->Size(lane.id);
    share = std::min(share, std::max<size_t>({(waiting + sharers_ - 1) / sharers_, grain_, 1}));
  }
  return share;
}

void WorkerFeed::Take(WorkerLane* lane, size_t want, DeliverySink* sink) {
  while (want > 0 && HasRoom()) {
    const size_t fits = std::max<size_t>((kMaxBatchBytes - bytes_) / large_bytes_, 1);
    const size_t asked = std::min({want, fits, kMaxPop});
    popped_.clear();
    lane->ready = false;
    int64_t next_time = INT64_MAX;
    const size_t got = context_.queue->PopShared(lane->id, asked, SIZE_MAX, &popped_, &next_time);
    if (got >= asked) lane->ready = true;
    popped_count_ += got;
    want -= asked;
    for (const core::ReadyRun& ready : popped_) Claim(ready, sink);
    if (!unclaimed_.empty()) context_.queue->GiveBack(unclaimed_);
    unclaimed_.clear();
    if (got >= asked) continue;
    if (next_time != INT64_MAX) context_.mailbox->PostTime(next_time, lane->id);
    break;
  }
}

void WorkerFeed::Claim(const core::ReadyRun& ready, DeliverySink* sink) {
  if (worker_ == nullptr) worker_ = base::Intern(worker_name_);
  if (context_.port->Claim(ready, worker_, &claimed_) != core::ClaimResult::kClaimed) {
    if (ready.group != core::kNoGroup) unclaimed_.push_back(ready);
    return;
  }
  const size_t bytes = sink->Add(claimed_, now_ + claimed_.attempt_timeout);
  const core::RunRef run{claimed_.key, claimed_.token};
  if (bytes == 0) {
    returns_.push_back(run);
    if (ready.group != core::kNoGroup) freed_.push_back(ready.group);
    return;
  }
  bytes_ += bytes;
  large_bytes_ = std::max(bytes, large_bytes_ - large_bytes_ / 64);
  claims_.push_back({run, claimed_.attempt_timeout, ready.group});
  --room_;
}

void WorkerFeed::ReturnLast() {
  returns_ = session_->Withdraw(claims_);
  claims_.clear();
  Release(&returns_);
}

void WorkerFeed::Release(std::vector<core::RunRef>* runs) {
  if (!freed_.empty()) {
    context_.queue->Ended(core::kNoLane, freed_);
    freed_.clear();
  }
  if (runs->empty()) return;
  std::vector<core::Outcome> outcomes(runs->size());
  for (size_t i = 0; i < runs->size(); ++i) {
    outcomes[i].key = (*runs)[i].key;
    outcomes[i].token = (*runs)[i].token;
    outcomes[i].kind = core::Outcome::Kind::kReleased;
  }
  runs->clear();
  context_.port->Report(session_->product(), std::move(outcomes),
                        [](const std::vector<core::Refusal>& /*refused*/) {});
}

}  // namespace scheduler::dispatch
