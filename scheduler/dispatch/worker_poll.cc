#include "scheduler/dispatch/worker_poll.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace scheduler::dispatch {

WorkerPoll::WorkerPoll(WorkerContext context, std::shared_ptr<WorkerSession> session, Terms terms,
                       DeliverySink* sink, Done done)
    : context_(context),
      session_(session),
      terms_(std::move(terms)),
      feed_(std::move(context), std::move(session), terms_.worker),
      sink_(sink),
      done_(std::move(done)) {}

void WorkerPoll::Start(std::vector<core::HeldLane> lanes) {
  held_lanes_ = std::move(lanes);
  for (const core::HeldLane& lane : held_lanes_) {
    lanes_.push_back(context_.lanes->Join(*lane, shared_from_this()));
  }
  Look();
  GiveUpIfDue(context_.clock->MonoNow());
}

void WorkerPoll::Offer(uint32_t sharers) {
  sharers_ = sharers;
  if (flight_.Request()) Look();
}

void WorkerPoll::Look() {
  do {
    if (ended_.load()) continue;
    if (!wants_.load() || Abandoned()) {
      const absl::Status status = EndStatus();
      Finish(status.ok() ? absl::StatusOr<std::string>(session_->id()) : status);
    } else if (feed_.Fill(nullptr, lanes_, FeedTerms(), sink_) > 0) {
      Finish(session_->id());
    }
  } while (!flight_.Done());
}

WorkerFeed::Terms WorkerPoll::FeedTerms() const {
  WorkerFeed::Terms feed;
  feed.max = terms_.max_runs;
  feed.lease = terms_.lease;
  feed.sharers = sharers_.load();
  return feed;
}

absl::Status WorkerPoll::EndStatus() const {
  base::MutexLock lock(&mu_);
  return end_status_;
}

void WorkerPoll::GiveUpIfDue(Millis now) {
  if (now >= terms_.give_up_at || Abandoned()) End(absl::OkStatus());
}

void WorkerPoll::End(absl::Status status) {
  {
    base::MutexLock lock(&mu_);
    if (end_status_.ok()) end_status_ = std::move(status);
  }
  wants_ = false;
  if (flight_.Request()) Look();
}

void WorkerPoll::Finish(absl::StatusOr<std::string> answer) {
  ended_ = true;
  wants_ = false;
  for (const std::shared_ptr<WorkerLane>& lane : lanes_) {
    context_.lanes->Leave(lane->id, this);
    if (lane->ready.load()) context_.mailbox->PostLane(lane->id);
  }
  session_->Release(context_.clock->MonoNow());
  Done done = std::move(done_);
  done(std::move(answer));
}

}  // namespace scheduler::dispatch
