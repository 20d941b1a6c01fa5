#ifndef SCHEDULER_DISPATCH_HTTP_LOOP_H_
#define SCHEDULER_DISPATCH_HTTP_LOOP_H_

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/curl_handles.h"
#include "scheduler/dispatch/http_options.h"
#include "scheduler/dispatch/http_transfer.h"
#include "scheduler/dispatch/socket_poller.h"
#include <curl/curl.h>

namespace scheduler::dispatch {

// One thread that carries any number of transfers through a libcurl multi handle, driven by sockets
// and timers (curl_multi_socket_action): the cost of a step depends on what is ready and not on how
// many transfers hang.
//
// Submit, Cancel and Stop from any thread; `done` of a transfer is called on the loop's thread,
// without locks.
class HttpLoop final : private SocketOwner {
 public:
  // The clock outlives the loop and must run by itself.
  HttpLoop(const HttpOptions& options, const base::Clock* clock);
  ~HttpLoop() override;
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  // After Stop the transfer ends at once, as cancelled.
  void Submit(std::unique_ptr<HttpTransfer> transfer);

  // The transfer of this run and token ends as cancelled; its connection is closed. Unknown ones
  // are ignored.
  void Cancel(const core::RunRef& run);

  // Ends all transfers as cancelled, and the thread. Idempotent.
  void Stop();

 private:
  using Id = std::pair<core::RunKey, uint64_t>;
  struct Mailbox {
    std::vector<std::unique_ptr<HttpTransfer>> transfers;
    std::vector<core::RunRef> cancels;
    bool stop = false;
  };

  void OnOpened(curl_socket_t socket) override { poller_.OnOpened(socket); }
  void OnClose(curl_socket_t socket) override;

  static int OnSocket(CURL* handle, curl_socket_t socket, int what, void* loop, void* unused);
  static int OnTimer(CURLM* multi, long timeout_millis, void* loop);

  void Run();
  // Milliseconds until libcurl wants to be called; -1 if it does not.
  int WaitMillis() const;
  void CallTimers();
  bool TakeMailbox();  // false once the loop is to stop
  void Begin(std::unique_ptr<HttpTransfer> transfer);
  void FinishEnded();
  void End(CURL* handle, AttemptResult result);
  void TellEnded();
  void CancelOne(const core::RunRef& run);
  void CancelAll();

  const HttpOptions options_;
  const base::Clock* const clock_;
  SocketPoller poller_;
  CurlHandles handles_;
  CURLM* const multi_;
  int64_t timer_nanos_;  // when libcurl wants to be called

  struct Active {
    CURL* handle = nullptr;
    std::unique_ptr<HttpTransfer> transfer;
  };
  absl::flat_hash_map<Id, Active> active_;

  struct Ended {
    Executor::Done done;
    AttemptResult result;
  };
  std::vector<Ended> ended_;  // since whom was told last

  base::Mutex mu_;
  Mailbox mailbox_ ABSL_GUARDED_BY(mu_);
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_LOOP_H_
