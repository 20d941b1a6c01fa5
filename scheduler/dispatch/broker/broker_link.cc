#include "scheduler/dispatch/broker/broker_link.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using core::failure::kConnection;

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr size_t kMaxUnsentBytes = 1024 * 1024;  // then messages wait where they can be withdrawn

}  // namespace

BrokerLink::BrokerLink(const LinkEnvironment* environment,
                       std::shared_ptr<const BrokerAccount> account)
    : environment_(environment), account_(std::move(account)) {}

void BrokerLink::Close() {
  ++dial_;
  environment_->loop->Drop(dial_timer_);
  environment_->loop->Drop(tick_timer_);
  ticking_ = false;
  if (stream_ != nullptr) stream_->Close();
  state_ = State::kIdle;
  waiting_.clear();
  waiting_bytes_ = 0;
}

void BrokerLink::Add(BrokerFlightPtr flight) {
  const size_t bytes = flight->message().bytes();
  of_probe_ = flight->message().probe;
  if (!HasRoomFor(bytes)) {
    DropEnded();
    if (!HasRoomFor(bytes)) {
      flight->Finish(FailedAttempt(core::failure::kRateLimited,
                                   "too many messages wait or are in flight on this connection"));
      return;
    }
  }
  waiting_bytes_ += bytes;
  waiting_.push_back(std::move(flight));
  last_use_ = Now();
  ScheduleTick();
  if (state_ == State::kIdle) Dial();
}

bool BrokerLink::IsUnused() {
  DropEnded();
  if (failing_ || !waiting_.empty()) return false;
  return state_ != State::kReady || protocol_->in_flight() == 0;
}

bool BrokerLink::HasRoomFor(size_t bytes) const {
  const BrokerOptions& options = environment_->options;
  const size_t in_flight = protocol_ == nullptr ? 0 : protocol_->in_flight();
  return waiting_.size() < options.max_queued_messages &&
         waiting_.size() + in_flight < options.max_of_one_connection() &&
         waiting_bytes_ + bytes <= options.max_queued_bytes;
}

void BrokerLink::Pump() {
  if (state_ != State::kReady || failing_) return;
  bool sent = false;
  while (!waiting_.empty() && !failing_ &&
         protocol_->in_flight() < environment_->options.max_unacknowledged &&
         stream_->unsent() < kMaxUnsentBytes) {
    const BrokerFlightPtr flight = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= flight->message().bytes();
    if (flight->ended()) continue;
    if (protocol_->in_flight() == 0) last_heard_ = Now();
    protocol_->Send(flight);
    sent = true;
  }
  if (!sent) return;
  last_use_ = Now();
  protocol_->AfterSends();
  stream_->Flush();
}

bool BrokerLink::Prepare() {
  if (prepared_) return true;
  absl::StatusOr<LinkAddress> address = environment_->kind->AddressOf(*account_);
  absl::Status status = address.status();
  if (status.ok() && address->encrypted) {
    absl::StatusOr<std::shared_ptr<const TlsContext>> tls =
        TlsContext::Create(address->tls, *account_);
    status = tls.status();
    if (status.ok()) tls_ = *std::move(tls);
  }
  if (!status.ok()) {
    FailWaiting(core::failure::kValidation, base::FromAbsl(status.message()));
    return false;
  }
  address_ = *std::move(address);
  prepared_ = true;
  return true;
}

void BrokerLink::Dial() {
  if (!Prepare()) return;
  ++dial_;
  failing_ = false;
  last_failure_ = {std::string(kConnection), "no server"};
  servers_left_ = address_.servers.size();
  state_ = State::kResolving;
  dial_timer_ = environment_->loop->After(environment_->options.connect_timeout, [this] {
    last_failure_ = {std::string(kConnection),
                     StrCat("no connection to ", server_.host, ":", server_.port, " within ",
                            environment_->options.connect_timeout, " ms")};
    EndDial();
  });
  ResolveNext();
}

void BrokerLink::ResolveNext() {
  if (servers_left_ == 0) return EndDial();
  --servers_left_;
  server_ = address_.servers[next_server_++ % address_.servers.size()];
  state_ = State::kResolving;
  environment_->resolver->Resolve(server_.host,
                                  [weak = weak_from_this(), loop = environment_->loop,
                                   dial = dial_](absl::StatusOr<std::vector<IpAddress>> addresses) {
                                    // In a task of its own, even if it is called at once: the caller may be within Add.
                                    loop->Post([weak, dial, addresses = std::move(addresses)] {
                                      const std::shared_ptr<BrokerLink> self = weak.lock();
                                      if (self != nullptr && self->dial_ == dial)
                                        self->OnResolved(addresses);
                                    });
                                  });
}

void BrokerLink::OnResolved(const absl::StatusOr<std::vector<IpAddress>>& addresses) {
  if (!addresses.ok()) {
    last_failure_ = {std::string(kConnection), std::string(addresses.status().message())};
    return ResolveNext();
  }
  endpoints_.clear();
  for (const IpAddress& address : *addresses) {
    const Endpoint endpoint{address, server_.port};
    if (std::optional<std::string> denial = environment_->egress->Denial(endpoint)) {
      last_failure_ = {std::string(core::failure::kEgressDenied), *std::move(denial)};
    } else {
      endpoints_.push_back(endpoint);
    }
  }
  ConnectNext();
}

void BrokerLink::ConnectNext() {
  if (endpoints_.empty()) return ResolveNext();
  const Endpoint endpoint = endpoints_.front();
  endpoints_.pop_front();
  DropStream();
  failing_ = false;
  tls_started_ = false;
  state_ = State::kConnecting;
  stream_ = std::make_unique<NetStream>(environment_->loop, static_cast<NetStream::Owner*>(this));
  stream_->Connect(endpoint);
}

void BrokerLink::OnConnected() {
  state_ = State::kGreeting;
  protocol_ = environment_->kind->NewProtocol(account_, this);
  if (address_.encrypted && address_.tls_first) return StartTls();
  protocol_->OnConnected();
  stream_->Flush();
}

void BrokerLink::StartTls() {
  if (tls_ == nullptr) return Fail(kConnection, "the broker asks for TLS, which is disabled");
  tls_started_ = true;
  stream_->Flush();
  stream_->StartTls(tls_, server_.host);
}

void BrokerLink::OnSecured() {
  if (address_.tls_first) {
    protocol_->OnConnected();
  } else {
    protocol_->OnSecured();
  }
  stream_->Flush();
}

void BrokerLink::Ready() {
  // What fails in the greeting stays a failure of it, whatever the broker says next.
  if (failing_ || state_ != State::kGreeting) return;
  environment_->loop->Drop(dial_timer_);
  state_ = State::kReady;
  last_use_ = last_heard_ = Now();
  // In a task of its own, since the protocol calls this.
  environment_->loop->Post([weak = weak_from_this()] {
    if (const std::shared_ptr<BrokerLink> self = weak.lock()) self->Pump();
  });
}

void BrokerLink::OnData() {
  last_heard_ = Now();
  if (state_ == State::kReady) backoff_ = 0;
  protocol_->OnData(&stream_->input());
  if (failing_) return;
  stream_->Flush();
  Pump();
}

void BrokerLink::OnBroken(const std::string& why) {
  if (failing_) return;
  const std::string at = StrCat(server_.host, ":", server_.port);
  Fail(kConnection, state_ == State::kConnecting ? StrCat("cannot connect to ", at, ": ", why)
                                                 : StrCat("connection to ", at, ": ", why));
}

void BrokerLink::Fail(std::string_view code, std::string_view message) {
  if (failing_) return;
  failing_ = true;
  last_failure_ = {std::string(code), std::string(message)};
  stream_->Close();
  environment_->loop->Post([weak = weak_from_this(), dial = dial_] {
    const std::shared_ptr<BrokerLink> self = weak.lock();
    if (self != nullptr && self->dial_ == dial) self->TearDown();
  });
}

void BrokerLink::TearDown() {
  if (!failing_) return;
  if (state_ == State::kConnecting) return ConnectNext();
  // Other servers of the account are equals: they are tried unless this one has refused the account.
  if (state_ == State::kGreeting && last_failure_.code == kConnection) return ConnectNext();
  if (state_ == State::kGreeting) return EndDial();
  if (protocol_ != nullptr) protocol_->Lost(last_failure_.code, last_failure_.message);
  Pause();
}

void BrokerLink::EndDial() {
  FailWaiting(last_failure_.code, last_failure_.message);
  if (backoff_ == 0) backoff_ = environment_->options.min_backoff;
  Pause();
}

void BrokerLink::DropStream() {
  // Callers are tasks and timers, so that nothing of these is on the stack.
  stream_.reset();
  protocol_.reset();
}

void BrokerLink::Pause() {
  ++dial_;
  environment_->loop->Drop(dial_timer_);
  DropStream();
  failing_ = false;
  const BrokerOptions& options = environment_->options;
  const base::Millis pause = backoff_;
  backoff_ = std::min(std::max(backoff_ * 2, options.min_backoff), options.max_backoff);
  // A look-up costs the broker nothing, and a policy does not change by waiting.
  if (last_failure_.code == core::failure::kEgressDenied) backoff_ = 0;
  state_ = State::kPausing;
  dial_timer_ = environment_->loop->After(pause, [this] {
    state_ = State::kIdle;
    DropEnded();
    if (!waiting_.empty()) Dial();
  });
}

void BrokerLink::FailWaiting(std::string_view code, std::string_view message) {
  std::deque<BrokerFlightPtr> failed;
  failed.swap(waiting_);
  waiting_bytes_ = 0;
  for (const BrokerFlightPtr& flight : failed) flight->Finish(FailedAttempt(code, message));
}

void BrokerLink::ScheduleTick() {
  if (ticking_) return;
  ticking_ = true;
  const BrokerOptions& options = environment_->options;
  const base::Millis soonest = std::min(options.idle_timeout, options.silence_timeout);
  tick_timer_ =
      environment_->loop->After(std::min(soonest / 4 + 1, base::kSecond), [this] { Tick(); });
}

void BrokerLink::Tick() {
  ticking_ = false;
  DropEnded();
  if (state_ == State::kIdle && waiting_.empty()) return;
  ScheduleTick();
  if (state_ != State::kReady || failing_) return;
  const BrokerOptions& options = environment_->options;
  const int64_t now = Now();
  if (protocol_->in_flight() > 0) {
    if (now - last_heard_ < options.silence_timeout * kNanosPerMilli) return;
    return Fail(kConnection, StrCat("the broker owes answers and has been silent for ",
                                    options.silence_timeout, " ms"));
  }
  const base::Millis idle_timeout = of_probe_ ? 0 : options.idle_timeout;
  if (!waiting_.empty() || now - last_use_ < idle_timeout * kNanosPerMilli) return;
  ++dial_;
  DropStream();
  state_ = State::kIdle;
}

void BrokerLink::DropEnded() {
  const auto ended = [this](const BrokerFlightPtr& flight) {
    if (!flight->ended()) return false;
    waiting_bytes_ -= flight->message().bytes();
    return true;
  };
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), ended), waiting_.end());
}

}  // namespace scheduler::dispatch
