#include "scheduler/dispatch/worker_hub.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

// How often Open and Lease begin anew when the session they found was given up under their hands.
constexpr int kMaxTries = 8;

// One report holds no more: the engine takes a report as a whole.
constexpr size_t kMaxReport = 10'000;

// Monotonic milliseconds in nanoseconds; kNever stays far away.
int64_t NanosOf(Millis time) {
  constexpr int64_t kNanosPerMilli = 1'000'000;
  return time > std::numeric_limits<int64_t>::max() / kNanosPerMilli
             ? std::numeric_limits<int64_t>::max()
             : time * kNanosPerMilli;
}

WorkerContext MakeContext(core::RunQueue* queue, core::RunPort* port, const base::Clock* clock) {
  WorkerContext context;
  context.queue = queue;
  context.port = port;
  context.clock = clock;
  context.mailbox = std::make_shared<WorkerMailbox>();
  context.lanes = std::make_shared<WorkerLanes>();
  return context;
}

// Reports that `runs` ended in the same way; nobody waits for it.
void ReportAll(core::RunPort* port, const std::string& product,
               const std::vector<core::RunRef>& runs, const core::Outcome& outcome) {
  for (size_t begin = 0; begin < runs.size(); begin += kMaxReport) {
    const size_t end = std::min(begin + kMaxReport, runs.size());
    std::vector<core::Outcome> outcomes(end - begin, outcome);
    for (size_t i = begin; i < end; ++i) {
      outcomes[i - begin].key = runs[i].key;
      outcomes[i - begin].token = runs[i].token;
    }
    port->Report(product, std::move(outcomes),
                 [](const std::vector<core::Refusal>& /*refused*/) {});
  }
}

std::shared_ptr<const core::RunError> TimeoutError() {
  static const auto* const error =
      new std::shared_ptr<const core::RunError>(std::make_shared<core::RunError>(
          core::RunError{std::string(core::failure::kTimeout),
                         "the worker took longer than the attempt's timeout", std::nullopt, 0}));
  return *error;
}

}  // namespace

WorkerHub::WorkerHub(core::RunQueue* queue, core::RunPort* port, const base::Clock* clock,
                     Options options)
    : options_(std::move(options)),
      context_(MakeContext(queue, port, clock)),
      directory_(options_.max_sessions, options_.new_session_id, queue) {}

WorkerHub::~WorkerHub() {
  Stop();
  context_.mailbox->Close();
}

void WorkerHub::Start() {
  thread_ = std::thread([this] { Run(); });
}

void WorkerHub::Stop() {
  stopping_ = true;
  context_.mailbox->waiter().Wake();
  if (thread_.joinable()) thread_.join();
}

void WorkerHub::Run() {
  while (!stopping_.load()) {
    if (Step()) continue;
    // Without sessions and streams there is nothing that time could end.
    const Millis until = directory_.empty() ? base::kNever : next_tick_;
    int64_t nanos = NanosOf(std::min(until, later_due_));
    if (!lane_times_.empty()) nanos = std::min(nanos, lane_times_.begin()->first);
    context_.mailbox->waiter().WaitUntilMono(nanos, *context_.clock);
  }
}

bool WorkerHub::Step() {
  context_.mailbox->Take(&mail_);
  bool busy = !mail_.empty();
  for (const core::LaneId lane : mail_.lanes) OfferLane(lane);
  lane_times_.insert(mail_.times.begin(), mail_.times.end());
  for (const std::shared_ptr<WorkerLink>& link : mail_.links) link->Wake();
  const Millis now = context_.clock->MonoNow();
  if (!mail_.later.empty() && later_.empty()) later_due_ = now + WorkerMailbox::kLater;
  std::move(mail_.later.begin(), mail_.later.end(), std::back_inserter(later_));
  mail_.clear();
  busy = OfferTimedLanes() || busy;
  if (now >= later_due_) {
    for (const std::shared_ptr<WorkerLink>& link : later_) link->WakeForAcks();
    later_.clear();
    later_due_ = base::kNever;
  }
  if (now >= next_tick_) {
    next_tick_ = now + kTickPeriod;
    Tick(now);
    busy = true;
  }
  return busy;
}

bool WorkerHub::OfferTimedLanes() {
  if (lane_times_.empty()) return false;
  const int64_t now = context_.clock->MonoNanos();
  bool any = false;
  while (!lane_times_.empty() && lane_times_.begin()->first <= now) {
    OnReady(lane_times_.begin()->second);
    lane_times_.erase(lane_times_.begin());
    any = true;
  }
  return any;
}

void WorkerHub::OfferLane(core::LaneId lane) {
  const std::shared_ptr<WorkerLane> served = context_.lanes->Candidates(lane, &takers_);
  if (served == nullptr) return;
  auto sharers = static_cast<uint32_t>(takers_.size());
  for (const std::shared_ptr<LaneTaker>& taker : takers_) {
    if (!served->ready.load()) break;
    taker->Offer(sharers--);
  }
  takers_.clear();
}

// --- time ----------------------------------------------------------------------------------------

void WorkerHub::Tick(Millis now) {
  for (const std::shared_ptr<WorkerSession>& session : directory_.Sessions()) {
    TickSession(session, now);
  }
  for (const std::shared_ptr<WorkerLink>& link : directory_.Links()) link->AbortIfStuck(now);
  for (const std::shared_ptr<WorkerPoll>& poll : directory_.Polls()) poll->GiveUpIfDue(now);
}

void WorkerHub::TickSession(const std::shared_ptr<WorkerSession>& session, Millis now) {
  WorkerSession::Expiry expiry = session->Expire(now);
  if (expiry.over) {
    directory_.Forget(session);
    if (expiry.link != nullptr)
      expiry.link->End(base::errors::LeaseExpired(session->id(), expiry.lease));
  }
  ReportTimedOut(session->product(), expiry.timed_out);
  ReportLost(session->product(), expiry.lost);
  if (expiry.has_cancels && expiry.link != nullptr) expiry.link->Wake();
}

void WorkerHub::ReportLost(const std::string& product, const std::vector<core::RunRef>& runs) {
  lost_ += static_cast<int64_t>(runs.size());
  core::Outcome outcome;
  outcome.kind = core::Outcome::Kind::kLost;
  ReportAll(context_.port, product, runs, outcome);
}

void WorkerHub::ReportTimedOut(const std::string& product, const std::vector<core::RunRef>& runs) {
  timed_out_ += static_cast<int64_t>(runs.size());
  core::Outcome outcome;
  outcome.kind = core::Outcome::Kind::kFailed;
  outcome.error = TimeoutError();
  ReportAll(context_.port, product, runs, outcome);
}

// --- streams -------------------------------------------------------------------------------------

std::vector<core::HeldLane> WorkerHub::LanesOf(const std::string& product,
                                               const std::vector<std::string>& queues) const {
  std::vector<core::HeldLane> lanes;
  lanes.reserve(queues.size());
  for (const std::string& queue : queues) lanes.push_back(options_.hold_lane(product, queue));
  std::sort(lanes.begin(), lanes.end(), [](const auto& a, const auto& b) { return *a < *b; });
  const auto same = [](const auto& a, const auto& b) { return *a == *b; };
  lanes.erase(std::unique(lanes.begin(), lanes.end(), same), lanes.end());
  return lanes;
}

absl::StatusOr<std::shared_ptr<WorkerLink>> WorkerHub::Open(WorkerHello hello,
                                                            std::shared_ptr<WorkerStream> stream) {
  const std::vector<core::HeldLane> lanes = LanesOf(hello.product, hello.queues);
  for (int i = 0; i < kMaxTries; ++i) {
    const Millis now = context_.clock->MonoNow();
    absl::StatusOr<std::shared_ptr<WorkerSession>> session =
        directory_.FindOrBegin(WorkerSession::Kind::kStream, hello.product, hello.session_id, now);
    if (!session.ok()) return session.status();
    auto link = std::make_shared<WorkerLink>(context_, *session, hello.worker, stream);
    // Before others can find it: Drain walks its lanes.
    link->Join(lanes);
    if (!directory_.Add(link)) {
      link->StopTaking();
      return base::errors::Draining();
    }
    WorkerSession::Attachment attachment = (*session)->Attach(link, hello, now);
    if (attachment.attached) {
      Welcome(link.get(), std::move(attachment), hello.lease);
      context_.mailbox->waiter().Wake();  // there is a session: time matters
      return link;
    }
    link->StopTaking();
    directory_.Forget(*session);
  }
  return base::errors::Internal("the worker's session ended again and again while it was opened");
}

void WorkerHub::Welcome(WorkerLink* link, WorkerSession::Attachment attachment, Millis lease) {
  const std::shared_ptr<WorkerSession>& session = link->session();
  if (attachment.replaced != nullptr) {
    attachment.replaced->End(base::errors::SessionReplaced(session->id()));
  }
  ReportLost(session->product(), attachment.abandoned);
  WorkerWelcome welcome;
  welcome.session_id = session->id();
  welcome.lease = lease;
  if (!attachment.named.empty()) {
    welcome.kept = context_.port->StillCurrent(session->product(), attachment.named);
    session->Keep(attachment.named, welcome.kept);
  }
  link->Start(std::move(welcome));
}

// --- calls ---------------------------------------------------------------------------------------

absl::StatusOr<std::shared_ptr<WorkerSession>> WorkerHub::HoldPolled(const LeaseRequest& request) {
  for (int i = 0; i < kMaxTries; ++i) {
    const Millis now = context_.clock->MonoNow();
    absl::StatusOr<std::shared_ptr<WorkerSession>> session = directory_.FindOrBegin(
        WorkerSession::Kind::kPolled, request.product, request.session_id, now);
    if (!session.ok()) return session;
    (*session)->Hold();  // from here on it is not given up
    if (!(*session)->gone()) {
      (*session)->SetLease(request.lease);
      return session;
    }
    (*session)->Release(now);
    directory_.Forget(*session);
  }
  return base::errors::Internal("the worker's session ended again and again while it was opened");
}

std::shared_ptr<WorkerPoll> WorkerHub::Lease(LeaseRequest request, DeliverySink* sink,
                                             WorkerPoll::Done done) {
  absl::StatusOr<std::shared_ptr<WorkerSession>> session = HoldPolled(request);
  if (!session.ok()) {
    done(session.status());
    return nullptr;
  }
  WorkerPoll::Terms terms;
  terms.worker = request.worker;
  terms.max_runs = request.max_runs;
  terms.lease = request.lease;
  terms.give_up_at = context_.clock->MonoNow() + request.wait;
  terms.abandoned = std::move(request.abandoned);
  auto poll =
      std::make_shared<WorkerPoll>(context_, *session, std::move(terms), sink, std::move(done));
  if (!directory_.Add(poll)) poll->End(base::errors::Draining());
  poll->Start(LanesOf(request.product, request.queues));
  context_.mailbox->waiter().Wake();  // there is a session: time matters
  return poll->done() ? nullptr : poll;
}

void WorkerHub::Complete(CompleteRequest request, Completed done) {
  const std::shared_ptr<WorkerSession> session =
      directory_.Find(request.product, request.session_id);
  if (session == nullptr) {
    done(base::errors::SessionUnknown(request.session_id));
    return;
  }
  const Millis now = context_.clock->MonoNow();
  session->Touch(now);
  CompleteAnswer answer;
  session->Extend(request.extend, now, &answer.refused);
  session->TakeResults(&request.outcomes);
  WorkerCancels cancels;
  while (session->TakeCancels(&cancels)) {
    answer.cancelled.insert(answer.cancelled.end(), cancels.runs.begin(), cancels.runs.end());
  }
  if (request.outcomes.empty()) {
    done(std::move(answer));
    return;
  }
  struct Pending {
    CompleteAnswer answer;
    Completed done;
  };
  auto pending = std::make_shared<Pending>(Pending{std::move(answer), std::move(done)});
  context_.port->Report(
      request.product, std::move(request.outcomes), [pending](std::vector<core::Refusal> refused) {
        std::move(refused.begin(), refused.end(), std::back_inserter(pending->answer.refused));
        pending->done(std::move(pending->answer));
      });
}

// --- the engine ----------------------------------------------------------------------------------

void WorkerHub::OnReady(core::LaneId lane) {
  if (context_.lanes->MarkReady(lane)) context_.mailbox->PostLane(lane);
}

void WorkerHub::CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) {
  for (const std::shared_ptr<WorkerSession>& session : directory_.Sessions()) {
    if (!session->Cancel(runs, reason)) continue;
    std::shared_ptr<WorkerLink> link = session->link();
    if (link != nullptr) context_.mailbox->PostWake(std::move(link));
  }
}

// --- the end -------------------------------------------------------------------------------------

void WorkerHub::Drain(const std::string& reason) {
  directory_.StartDraining();
  for (const std::shared_ptr<WorkerLink>& link : directory_.Links()) link->Drain(reason);
  for (const std::shared_ptr<WorkerPoll>& poll : directory_.Polls()) poll->End(absl::OkStatus());
}

bool WorkerHub::Idle() {
  for (const std::shared_ptr<WorkerLink>& link : directory_.Links()) {
    if (!link->idle()) return false;
  }
  for (const std::shared_ptr<WorkerSession>& session : directory_.Sessions()) {
    if (session->in_flight() > 0) return false;
  }
  return true;
}

void WorkerHub::Shutdown() {
  directory_.StartDraining();
  for (const std::shared_ptr<WorkerLink>& link : directory_.Links()) {
    link->End(base::errors::Draining());
  }
  for (const std::shared_ptr<WorkerPoll>& poll : directory_.Polls()) {
    poll->End(base::errors::Draining());
  }
  for (const std::shared_ptr<WorkerSession>& session : directory_.Sessions()) {
    session->GiveUp();
    directory_.Forget(session);
  }
}

WorkerHub::Stats WorkerHub::stats() {
  Stats stats;
  for (const std::shared_ptr<WorkerSession>& session : directory_.Sessions()) {
    ++stats.sessions;
    if (session->link() != nullptr) ++stats.streams;
    stats.in_flight += static_cast<int64_t>(session->in_flight());
  }
  stats.timed_out = timed_out_.load();
  stats.lost = lost_.load();
  return stats;
}

}  // namespace scheduler::dispatch
