#include "scheduler/dispatch/worker_session.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/worker_lanes.h"

namespace scheduler::dispatch {
namespace {

namespace limits = base::limits;

using RefSet = absl::flat_hash_set<std::pair<core::RunKey, uint64_t>>;

RefSet SetOf(const std::vector<core::RunRef>& runs) {
  RefSet set;
  set.reserve(runs.size());
  for (const core::RunRef& run : runs) set.emplace(run.key, run.token);
  return set;
}

}  // namespace

WorkerSession::RemovingLock::RemovingLock(WorkerSession* session) : session_(*session) {
  session_.mu_.Lock();
}

WorkerSession::RemovingLock::~RemovingLock() {
  std::vector<core::LimitGroup> freed;
  session_.flights_.TakeFreed(&freed);
  session_.mu_.Unlock();
  if (!freed.empty() && session_.queue_ != nullptr) session_.queue_->Ended(core::kNoLane, freed);
}

WorkerSession::WorkerSession(Kind kind, std::string product, std::string id, Millis now,
                             core::RunQueue* queue)
    : kind_(kind),
      product_(std::move(product)),
      id_(std::move(id)),
      queue_(queue),
      last_seen_(now) {
  detached_at_ = now;
}

// --- a session and its stream --------------------------------------------------------------------

WorkerSession::Attachment WorkerSession::Attach(std::shared_ptr<WorkerLink> link,
                                                const WorkerHello& hello, Millis now) {
  Touch(now);
  const RefSet said = SetOf(hello.in_flight);
  Attachment attachment;
  const RemovingLock lock(this);
  if (gone_) return attachment;
  attachment.attached = true;
  attachment.replaced = std::move(link_);
  link_ = std::move(link);
  lease_ = hello.lease;
  window_ = static_cast<size_t>(hello.max_in_flight);
  // What the server had ended is not kept, so the worker stops it without being told.
  flights_.RemoveEnded();
  cancels_.clear();
  std::vector<core::RunRef> open;
  flights_.ListOpen(&open);
  for (const core::RunRef& run : open) {
    if (said.contains({run.key, run.token})) {
      attachment.named.push_back(run);
    } else {
      flights_.Remove(run);
      attachment.abandoned.push_back(run);
    }
  }
  UpdateLoad();
  return attachment;
}

void WorkerSession::Keep(const std::vector<core::RunRef>& named,
                         const std::vector<core::RunRef>& current) {
  const RefSet kept = SetOf(current);
  const RemovingLock lock(this);
  for (const core::RunRef& run : named) {
    if (!kept.contains({run.key, run.token})) flights_.Remove(run);
  }
  UpdateLoad();
}

void WorkerSession::Detach(const WorkerLink* link, Millis now) {
  std::shared_ptr<WorkerLink> dropped;  // destroyed after the lock
  base::MutexLock lock(&mu_);
  if (link_.get() != link) return;
  dropped = std::move(link_);
  detached_at_ = now;
}

std::shared_ptr<WorkerLink> WorkerSession::link() const {
  base::MutexLock lock(&mu_);
  return link_;
}

void WorkerSession::SetWindow(const WorkerLink* link, int32_t max_in_flight) {
  base::MutexLock lock(&mu_);
  if (link_.get() != link) return;
  window_ = static_cast<size_t>(max_in_flight);
  UpdateLoad();
}

void WorkerSession::SetLease(Millis lease) {
  base::MutexLock lock(&mu_);
  lease_ = lease;
}

// --- deliveries ----------------------------------------------------------------------------------

size_t WorkerSession::BeginFill(const WorkerLink* link) {
  base::MutexLock lock(&mu_);
  ++filling_;
  if (gone_ || link_.get() != link) return 0;
  if (kind_ == Kind::kPolled) return std::numeric_limits<size_t>::max();
  return window_ > flights_.size() ? window_ - flights_.size() : 0;
}

bool WorkerSession::EndFill(const WorkerLink* link, absl::Span<const ClaimedFlight> claims,
                            Millis now, Millis lease) {
  const RemovingLock lock(this);
  --filling_;
  const bool ours = !gone_ && link_.get() == link;
  if (ours) {
    for (const ClaimedFlight& claim : claims) {
      flights_.Add(claim.run, now, claim.attempt_timeout, lease, claim.group);
    }
    for (const PendingCancel& cancel : early_cancels_) AddCancel(cancel.run, cancel.reason);
    UpdateLoad();
  }
  if (filling_ == 0) early_cancels_.clear();
  return ours;
}

void WorkerSession::TakeResults(std::vector<core::Outcome>* outcomes) {
  size_t kept = 0;
  const RemovingLock lock(this);
  for (core::Outcome& outcome : *outcomes) {
    const WorkerFlights::Removed removed = flights_.Remove({outcome.key, outcome.token});
    const bool confirms = removed == WorkerFlights::Removed::kEnded &&
                          outcome.kind == core::Outcome::Kind::kCancelled;
    if (confirms) continue;
    core::Outcome& place = (*outcomes)[kept++];
    if (&place != &outcome) place = std::move(outcome);
  }
  outcomes->resize(kept);
  UpdateLoad();
}

std::vector<core::RunRef> WorkerSession::Withdraw(absl::Span<const ClaimedFlight> claims) {
  std::vector<core::RunRef> withdrawn;
  const RemovingLock lock(this);
  for (const ClaimedFlight& claim : claims) {
    if (flights_.Remove(claim.run) == WorkerFlights::Removed::kOpen) {
      withdrawn.push_back(claim.run);
    }
  }
  UpdateLoad();
  return withdrawn;
}

void WorkerSession::Extend(absl::Span<const core::RunRef> runs, Millis now,
                           std::vector<core::Refusal>* refused) {
  base::MutexLock lock(&mu_);
  for (const core::RunRef& run : runs) {
    // One that the server has ended is among the cancels instead.
    if (!flights_.Extend(run, now, lease_) && !flights_.Contains(run)) {
      refused->push_back({run, "STALE_TOKEN"});
    }
  }
}

void WorkerSession::AddCancel(const core::RunRef& run, const std::string& reason) {
  if (flights_.End(run)) cancels_.push_back({run, reason});
}

bool WorkerSession::Cancel(absl::Span<const core::RunRef> runs, const std::string& reason) {
  base::MutexLock lock(&mu_);
  const size_t before = cancels_.size();
  for (const core::RunRef& run : runs) {
    AddCancel(run, reason);
    if (filling_ > 0) early_cancels_.push_back({run, reason});
  }
  return cancels_.size() != before;
}

bool WorkerSession::TakeCancels(WorkerCancels* cancels) {
  cancels->runs.clear();
  base::MutexLock lock(&mu_);
  if (cancels_.empty()) return false;
  cancels->reason = cancels_.front().reason;
  const auto taken = [cancels](const PendingCancel& cancel) {
    if (cancel.reason != cancels->reason || cancels->runs.size() >= kMaxCancels) return false;
    cancels->runs.push_back(cancel.run);
    return true;
  };
  cancels_.erase(std::remove_if(cancels_.begin(), cancels_.end(), taken), cancels_.end());
  return true;
}

size_t WorkerSession::in_flight() const {
  base::MutexLock lock(&mu_);
  return flights_.size();
}

// --- time ----------------------------------------------------------------------------------------

bool WorkerSession::IsOver(Millis now) const {
  if (holds_.load() > 0) return false;
  const Millis silent = now - last_seen_.load(std::memory_order_relaxed);
  if (kind_ == Kind::kPolled) {
    return flights_.size() == 0 && silent >= lease_ + limits::kSessionGrace;
  }
  if (link_ != nullptr) return silent >= lease_;
  return flights_.size() == 0 || now - detached_at_ >= limits::kSessionGrace;
}

WorkerSession::Expiry WorkerSession::Expire(Millis now) {
  Expiry expiry;
  const RemovingLock lock(this);
  if (gone_) return expiry;
  expiry.lease = lease_;
  expiry.link = link_;
  if (IsOver(now)) {
    expiry.over = true;
    expiry.lost = GiveUpLocked();
    return expiry;
  }
  flights_.Expire(now, &expiry.timed_out, &expiry.lost);
  for (const core::RunRef& run : expiry.timed_out) cancels_.push_back({run, "TIMEOUT"});
  if (!expiry.lost.empty()) UpdateLoad();
  expiry.has_cancels = !cancels_.empty();
  return expiry;
}

bool WorkerSession::gone() const {
  base::MutexLock lock(&mu_);
  return gone_;
}

std::vector<core::RunRef> WorkerSession::GiveUp() {
  std::shared_ptr<WorkerLink> dropped;  // destroyed after the lock
  const RemovingLock lock(this);
  dropped = link_;
  return GiveUpLocked();
}

std::vector<core::RunRef> WorkerSession::GiveUpLocked() {
  std::vector<core::RunRef> open;
  flights_.ListOpen(&open);
  flights_.Clear();
  cancels_.clear();
  gone_ = true;
  link_ = nullptr;
  UpdateLoad();
  return open;
}

void WorkerSession::UpdateLoad() {
  const bool full = gone_ || flights_.size() >= window_;
  load_ = full ? LaneTaker::kFullLoad
               : static_cast<uint32_t>(flights_.size() * LaneTaker::kFullLoad / window_);
}

}  // namespace scheduler::dispatch
