#include "scheduler/dispatch/worker_link.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"

namespace scheduler::dispatch {

WorkerLink::WorkerLink(WorkerContext context, std::shared_ptr<WorkerSession> session,
                       std::string worker, std::shared_ptr<WorkerStream> stream)
    : context_(context),
      session_(session),
      stream_(std::move(stream)),
      feed_(std::move(context), std::move(session), std::move(worker)) {}

// --- what the stream has read --------------------------------------------------------------------

void WorkerLink::OnMessage() { session_->Touch(context_.clock->MonoNow()); }

absl::Status WorkerLink::OnResults(uint64_t sequence, std::vector<core::Outcome> outcomes,
                                   bool* rest) {
  *rest = false;
  {
    base::MutexLock lock(&mu_);
    if (!acks_.Open(sequence, outcomes.size())) {
      return base::errors::FieldInvalid("results.sequence", "a number above the one before");
    }
    if (acks_.owed_results() > kMaxOwedResults) *rest = resting_ = holding_ = true;
  }
  if (*rest) session_->Hold();
  session_->TakeResults(&outcomes);
  if (outcomes.empty()) {
    OnCommitted(sequence, {});
  } else {
    context_.port->Report(
        session_->product(), std::move(outcomes),
        [self = shared_from_this(), sequence](std::vector<core::Refusal> refused) {
          self->OnCommitted(sequence, std::move(refused));
        });
  }
  if (load() < kFullLoad && HasRunsOfItsOwn()) stream_->Wake();
  return absl::OkStatus();
}

void WorkerLink::OnWindow(int32_t max_in_flight) {
  session_->SetWindow(this, max_in_flight);
  stream_->Wake();
}

void WorkerLink::OnDrain() {
  {
    base::MutexLock lock(&mu_);
    ack_awaited_ = true;
  }
  StopTaking();
  stream_->Wake();
}

void WorkerLink::OnReadsDone() {
  StopTaking();
  const Millis now = context_.clock->MonoNow();
  {
    base::MutexLock lock(&mu_);
    reads_done_ = true;
    abort_at_ = std::min(abort_at_, now + base::limits::kSessionGrace);
  }
  session_->Detach(this, now);
  stream_->Wake();
}

void WorkerLink::OnBroken() { End(absl::CancelledError("the stream is broken")); }

// --- what the stream writes ----------------------------------------------------------------------

WorkerWrite WorkerLink::Next(DeliverySink* sink) {
  {
    base::MutexLock lock(&mu_);
    if (finished_) return {};
    if (end_) {
      finished_ = true;
      return WorkerEnd{*end_};
    }
    if (!welcomed_) {
      if (!welcome_) return {};
      welcomed_ = true;
      return *std::move(welcome_);
    }
  }
  wrote_deliveries_ = false;
  const bool control_first = control_first_;
  std::optional<WorkerWrite> control;
  if (control_first) control = NextControl();
  if (!control && NextDeliveries(sink)) {
    control_first_ = true;
    return WorkerDeliveries{};
  }
  if (!control && !control_first) control = NextControl();
  if (control) {
    control_first_ = false;
    return *std::move(control);
  }
  if (!MayEnd()) return {};
  End(absl::OkStatus());
  base::MutexLock lock(&mu_);
  finished_ = true;
  return WorkerEnd{*end_};
}

std::optional<WorkerWrite> WorkerLink::NextControl() {
  {
    base::MutexLock lock(&mu_);
    if (drain_notice_) {
      WorkerDrain drain{*std::move(drain_notice_)};
      drain_notice_.reset();
      return drain;
    }
  }
  WorkerAck ack;
  if (TakeAck(&ack)) return ack;
  WorkerCancels cancels;
  if (session_->TakeCancels(&cancels)) return cancels;
  return std::nullopt;
}

bool WorkerLink::AcksCanWait(Millis now) {
  if (now - last_ack_ >= WorkerMailbox::kLater) return false;
  {
    base::MutexLock lock(&mu_);
    if (!acks_.ready() || acks_.owed_results() >= kAckAtOnce) return false;
    if (ack_awaited_ || server_drains_ || reads_done_) return false;
    if (std::exchange(later_, true)) return true;
  }
  context_.mailbox->PostLater(shared_from_this());
  return true;
}

bool WorkerLink::TakeAck(WorkerAck* ack) {
  const Millis now = context_.clock->MonoNow();
  if (AcksCanWait(now)) return false;
  bool resume = false;
  {
    base::MutexLock lock(&mu_);
    if (!acks_.Take(ack)) return false;
    last_ack_ = now;
    resume = resting_ && acks_.owed_results() <= kMaxOwedResults / 2;
    if (resume) resting_ = false;
  }
  if (resume) stream_->ResumeReading();
  return true;
}

bool WorkerLink::NextDeliveries(DeliverySink* sink) {
  if (load() >= kFullLoad) return false;
  WorkerFeed::Terms terms;
  terms.max = base::limits::kMaxWorkerWindow;
  terms.sharers = offered_.exchange(0);
  if (terms.sharers == 0 && !HasRunsOfItsOwn()) return false;
  wrote_deliveries_ = feed_.Fill(this, lanes_, terms, sink) > 0;
  return wrote_deliveries_;
}

void WorkerLink::OnWriteFailed() {
  if (wrote_deliveries_) feed_.ReturnLast();
  wrote_deliveries_ = false;
}

bool WorkerLink::MayEnd() const {
  {
    base::MutexLock lock(&mu_);
    if (!acks_.idle()) return false;
    if (reads_done_) return true;
    if (!server_drains_ || drain_notice_) return false;
  }
  return session_->in_flight() == 0;
}

// --- for the hub ---------------------------------------------------------------------------------

void WorkerLink::Join(std::vector<core::HeldLane> lanes) {
  held_lanes_ = std::move(lanes);
  for (const core::HeldLane& lane : held_lanes_) {
    lanes_.push_back(context_.lanes->Join(*lane, shared_from_this()));
  }
}

void WorkerLink::Start(WorkerWelcome welcome) {
  base::MutexLock lock(&mu_);
  taking_ = !end_ && !server_drains_;
  welcome_ = std::move(welcome);
}

void WorkerLink::Drain(const std::string& reason) {
  {
    base::MutexLock lock(&mu_);
    if (server_drains_) return;
    server_drains_ = true;
    drain_notice_ = reason;
  }
  StopTaking();
  stream_->Wake();
}

void WorkerLink::End(absl::Status status) {
  const Millis now = context_.clock->MonoNow();
  {
    base::MutexLock lock(&mu_);
    if (end_) return;
    end_ = std::move(status);
    abort_at_ = std::min(abort_at_, now + kEndTime);
  }
  StopTaking();
  session_->Detach(this, now);
  stream_->Wake();
}

void WorkerLink::AbortIfStuck(Millis now) {
  {
    base::MutexLock lock(&mu_);
    if (finished_ || now < abort_at_) return;
    abort_at_ = base::kNever;
  }
  stream_->Abort();
}

void WorkerLink::StopTaking() {
  taking_ = false;
  for (const std::shared_ptr<WorkerLane>& lane : lanes_) {
    context_.lanes->Leave(lane->id, this);
    if (lane->ready.load()) context_.mailbox->PostLane(lane->id);
  }
}

bool WorkerLink::HasRunsOfItsOwn() const {
  bool own = false;
  for (const std::shared_ptr<WorkerLane>& lane : lanes_) {
    if (!lane->ready.load()) continue;
    if (lane->takers.load() > 1) {
      context_.mailbox->PostLane(lane->id);
    } else {
      own = true;
    }
  }
  return own;
}

void WorkerLink::Offer(uint32_t sharers) {
  offered_ = sharers;
  stream_->Wake();
}

void WorkerLink::OnCommitted(uint64_t sequence, std::vector<core::Refusal> refused) {
  bool release = false;
  {
    base::MutexLock lock(&mu_);
    acks_.Close(sequence, std::move(refused));
    release = holding_ && acks_.open_results() <= kMaxOwedResults / 2;
    if (release) holding_ = false;
  }
  // From here on it is up to the worker to read its acks.
  if (release) session_->Release(context_.clock->MonoNow());
  context_.mailbox->PostWake(shared_from_this());
}

void WorkerLink::WakeForAcks() {
  {
    base::MutexLock lock(&mu_);
    later_ = false;
  }
  stream_->Wake();
}

uint32_t WorkerLink::load() const { return taking_.load() ? session_->load() : kFullLoad; }

bool WorkerLink::idle() const {
  {
    base::MutexLock lock(&mu_);
    if (!acks_.idle()) return false;
  }
  return session_->in_flight() == 0;
}

}  // namespace scheduler::dispatch
