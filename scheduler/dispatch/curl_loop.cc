#include "scheduler/dispatch/curl_loop.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <utility>

#include "absl/hash/hash.h"

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNoTimer = std::numeric_limits<int64_t>::max();
constexpr int64_t kNanosPerMilli = 1'000'000;

// Signals are the main thread's business. SIGPIPE above all: TLS libraries write to sockets that
// the peer has closed.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

CurlEnd Cancelled() {
  CurlEnd end;
  end.cancelled = true;
  return end;
}

}  // namespace

CurlLoop::CurlLoop(const HttpOptions& options, const base::Clock* clock)
    : options_(options),
      clock_(clock),
      handles_(options, this),
      multi_(curl_multi_init()),
      timer_nanos_(kNoTimer) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // One request at a time on a connection, HTTP/2 or not: where several share one, libcurl 7.88 loses
  // answers (docs/adr/0007-http2-one-request-at-a-time.md).
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options.max_in_flight));
  thread_ = std::thread([this] { Run(); });
}

CurlLoop::~CurlLoop() {
  Stop();
  curl_multi_cleanup(multi_);
}

void CurlLoop::Submit(std::unique_ptr<CurlTransfer> transfer) {
  bool wake = false;
  std::unique_ptr<CurlTransfer> refused;
  {
    base::MutexLock lock(&mu_);
    if (stopped_) {
      refused = std::move(transfer);
    } else {
      wake = mailbox_.empty();
      mailbox_.transfers.push_back(std::move(transfer));
    }
  }
  if (refused != nullptr) refused->OnEnd(Cancelled());
  if (wake) poller_.Wake();
}

void CurlLoop::Cancel(const TransferId& id) {
  bool wake = false;
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    wake = mailbox_.empty();
    mailbox_.cancels.push_back(id);
  }
  if (wake) poller_.Wake();
}

void CurlLoop::After(base::Millis wait, std::function<void()> alarm) {
  const int64_t due = clock_->MonoNanos() + wait * kNanosPerMilli;
  bool wake = false;
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    wake = mailbox_.empty();
    mailbox_.alarms.push_back({due, std::move(alarm)});
  }
  if (wake) poller_.Wake();
}

void CurlLoop::Stop() {
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    stopped_ = true;
    mailbox_.stop = true;
  }
  poller_.Wake();
  thread_.join();
}

void CurlLoop::Run() {
  BlockSignals();
  pthread_setname_np(pthread_self(), "http-loop");
  int running = 0;
  while (true) {
    for (const SocketPoller::Ready& ready : poller_.Wait(WaitMillis())) {
      int what = 0;
      if ((ready.what & SocketPoller::kIn) != 0) what |= CURL_CSELECT_IN;
      if ((ready.what & SocketPoller::kOut) != 0) what |= CURL_CSELECT_OUT;
      curl_multi_socket_action(multi_, ready.fd, what, &running);
    }
    if (!TakeMailbox()) break;
    CallTimers();
    FinishEnded();
    CallAlarms();
  }
  CancelAll();
}

int CurlLoop::WaitMillis() const {
  const int64_t alarm = alarms_.empty() ? kNoTimer : alarms_.begin()->first;
  const int64_t next = std::min(timer_nanos_, alarm);
  if (next == kNoTimer) return -1;
  const int64_t left = next - clock_->MonoNanos();
  if (left <= 0) return 0;
  // Rounded up, so that the timer is due when the wait ends.
  constexpr int64_t kLongest = base::kHour;
  return static_cast<int>(std::min((left + kNanosPerMilli - 1) / kNanosPerMilli, kLongest));
}

void CurlLoop::CallTimers() {
  if (timer_nanos_ == kNoTimer || clock_->MonoNanos() < timer_nanos_) return;
  timer_nanos_ = kNoTimer;
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

void CurlLoop::CallAlarms() {
  while (!alarms_.empty() && alarms_.begin()->first <= clock_->MonoNanos()) {
    const std::function<void()> call = std::move(alarms_.begin()->second);
    alarms_.erase(alarms_.begin());
    call();
  }
}

bool CurlLoop::TakeMailbox() {
  Mailbox taken;
  {
    base::MutexLock lock(&mu_);
    std::swap(taken.transfers, mailbox_.transfers);
    std::swap(taken.cancels, mailbox_.cancels);
    std::swap(taken.alarms, mailbox_.alarms);
    taken.stop = mailbox_.stop;
  }
  for (auto& transfer : taken.transfers) Begin(std::move(transfer));
  for (const TransferId& id : taken.cancels) CancelOne(id);
  for (Alarm& alarm : taken.alarms) alarms_.emplace(alarm.due_nanos, std::move(alarm.call));
  return !taken.stop;
}

void CurlLoop::Begin(std::unique_ptr<CurlTransfer> transfer) {
  CURL* const handle = handles_.Acquire(transfer.get());
  const bool added = handle != nullptr && curl_multi_add_handle(multi_, handle) == CURLM_OK;
  if (!added) {
    if (handle != nullptr) handles_.Release(handle);
    transfer->OnEnd({CURLE_OUT_OF_MEMORY, 0, false, clock_->WallNow()});
    return;
  }
  const TransferId id = transfer->id;
  active_[id] = Active{handle, std::move(transfer)};
}

void CurlLoop::FinishEnded() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // the message is gone with the next call
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    End(handle, {code, status, false, clock_->WallNow()});
  }
  TellEnded();
}

void CurlLoop::TellEnded() {
  // In one go, so that whoever is told can deal with them together.
  for (const Ended& ended : ended_) ended.transfer->OnEnd(ended.end);
  ended_.clear();
}

void CurlLoop::End(CURL* handle, const CurlEnd& end) {
  auto node = active_.extract(CurlHandles::TransferOf(handle)->id);
  curl_multi_remove_handle(multi_, handle);
  handles_.Release(handle);
  if (node.mapped().transfer->IsUnreached(end)) {
    handles_.ForgetAddressesOf(*node.mapped().transfer);
  }
  ended_.push_back({std::move(node.mapped().transfer), end});
}

void CurlLoop::CancelOne(const TransferId& id) {
  const auto found = active_.find(id);
  if (found != active_.end()) End(found->second.handle, Cancelled());
}

void CurlLoop::CancelAll() {
  while (!active_.empty()) End(active_.begin()->second.handle, Cancelled());
  TellEnded();
}

void CurlLoop::OnClose(curl_socket_t socket) {
  poller_.OnClosing(socket);
  close(socket);
}

int CurlLoop::OnSocket(CURL* /*handle*/, curl_socket_t socket, int what, void* loop,
                       void* /*unused*/) {
  uint8_t watched = SocketPoller::kNone;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) watched |= SocketPoller::kIn;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) watched |= SocketPoller::kOut;
  static_cast<CurlLoop*>(loop)->poller_.Watch(socket, watched);
  return 0;
}

int CurlLoop::OnTimer(CURLM* /*multi*/, long timeout_millis, void* loop) {
  auto* const self = static_cast<CurlLoop*>(loop);
  self->timer_nanos_ =
      timeout_millis < 0 ? kNoTimer : self->clock_->MonoNanos() + timeout_millis * kNanosPerMilli;
  return 0;
}

}  // namespace scheduler::dispatch
