#include "scheduler/dispatch/http_loop.h"

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

AttemptResult CancelledResult() {
  AttemptResult result;
  result.cancelled = true;
  return result;
}

}  // namespace

HttpLoop::HttpLoop(const HttpOptions& options, const base::Clock* clock)
    : options_(options),
      clock_(clock),
      handles_(options, this),
      multi_(curl_multi_init()),
      timer_nanos_(kNoTimer) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &HttpLoop::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &HttpLoop::OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // One request at a time on a connection, HTTP/2 or not: where several share one, libcurl 7.88 loses
  // answers (docs/adr/0007-http2-one-request-at-a-time.md).
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options.max_in_flight));
  thread_ = std::thread([this] { Run(); });
}

HttpLoop::~HttpLoop() {
  Stop();
  curl_multi_cleanup(multi_);
}

void HttpLoop::Submit(std::unique_ptr<HttpTransfer> transfer) {
  bool wake = false;
  std::unique_ptr<HttpTransfer> refused;
  {
    base::MutexLock lock(&mu_);
    if (stopped_) {
      refused = std::move(transfer);
    } else {
      wake = mailbox_.transfers.empty() && mailbox_.cancels.empty();
      mailbox_.transfers.push_back(std::move(transfer));
    }
  }
  if (refused != nullptr) refused->done(CancelledResult());
  if (wake) poller_.Wake();
}

void HttpLoop::Cancel(const core::RunRef& run) {
  bool wake = false;
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    wake = mailbox_.transfers.empty() && mailbox_.cancels.empty();
    mailbox_.cancels.push_back(run);
  }
  if (wake) poller_.Wake();
}

void HttpLoop::Stop() {
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    stopped_ = true;
    mailbox_.stop = true;
  }
  poller_.Wake();
  thread_.join();
}

void HttpLoop::Run() {
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
  }
  CancelAll();
}

int HttpLoop::WaitMillis() const {
  if (timer_nanos_ == kNoTimer) return -1;
  const int64_t left = timer_nanos_ - clock_->MonoNanos();
  if (left <= 0) return 0;
  // Rounded up, so that the timer is due when the wait ends.
  constexpr int64_t kLongest = base::kHour;
  return static_cast<int>(std::min((left + kNanosPerMilli - 1) / kNanosPerMilli, kLongest));
}

void HttpLoop::CallTimers() {
  if (timer_nanos_ == kNoTimer || clock_->MonoNanos() < timer_nanos_) return;
  timer_nanos_ = kNoTimer;
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

bool HttpLoop::TakeMailbox() {
  Mailbox taken;
  {
    base::MutexLock lock(&mu_);
    std::swap(taken.transfers, mailbox_.transfers);
    std::swap(taken.cancels, mailbox_.cancels);
    taken.stop = mailbox_.stop;
  }
  for (auto& transfer : taken.transfers) Begin(std::move(transfer));
  for (const core::RunRef& run : taken.cancels) CancelOne(run);
  return !taken.stop;
}

void HttpLoop::Begin(std::unique_ptr<HttpTransfer> transfer) {
  const Id id{transfer->run.key, transfer->run.token};
  CURL* const handle = handles_.Acquire(transfer.get());
  const bool added = handle != nullptr && curl_multi_add_handle(multi_, handle) == CURLM_OK;
  if (!added) {
    const AttemptResult result = transfer->ResultOf(CURLE_OUT_OF_MEMORY, 0, clock_->WallNow());
    if (handle != nullptr) handles_.Release(handle);
    transfer->done(result);
    return;
  }
  active_[id] = Active{handle, std::move(transfer)};
}

void HttpLoop::FinishEnded() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // the message is gone with the next call
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    End(handle, CurlHandles::TransferOf(handle)->ResultOf(code, status, clock_->WallNow()));
  }
  TellEnded();
}

void HttpLoop::TellEnded() {
  // In one go, so that whoever is told can deal with them together.
  for (Ended& ended : ended_) ended.done(std::move(ended.result));
  ended_.clear();
}

void HttpLoop::End(CURL* handle, AttemptResult result) {
  const core::RunRef& run = CurlHandles::TransferOf(handle)->run;
  auto node = active_.extract(Id{run.key, run.token});
  curl_multi_remove_handle(multi_, handle);
  handles_.Release(handle);
  ended_.push_back({std::move(node.mapped().transfer->done), std::move(result)});
}

void HttpLoop::CancelOne(const core::RunRef& run) {
  const auto found = active_.find(Id{run.key, run.token});
  if (found != active_.end()) End(found->second.handle, CancelledResult());
}

void HttpLoop::CancelAll() {
  while (!active_.empty()) End(active_.begin()->second.handle, CancelledResult());
  TellEnded();
}

void HttpLoop::OnClose(curl_socket_t socket) {
  poller_.OnClosing(socket);
  close(socket);
}

int HttpLoop::OnSocket(CURL* /*handle*/, curl_socket_t socket, int what, void* loop,
                       void* /*unused*/) {
  uint8_t watched = SocketPoller::kNone;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) watched |= SocketPoller::kIn;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) watched |= SocketPoller::kOut;
  static_cast<HttpLoop*>(loop)->poller_.Watch(socket, watched);
  return 0;
}

int HttpLoop::OnTimer(CURLM* /*multi*/, long timeout_millis, void* loop) {
  auto* const self = static_cast<HttpLoop*>(loop);
  self->timer_nanos_ =
      timeout_millis < 0 ? kNoTimer : self->clock_->MonoNanos() + timeout_millis * kNanosPerMilli;
  return 0;
}

}  // namespace scheduler::dispatch
