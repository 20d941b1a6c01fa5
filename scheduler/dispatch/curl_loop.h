#ifndef SCHEDULER_DISPATCH_CURL_LOOP_H_
#define SCHEDULER_DISPATCH_CURL_LOOP_H_

#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/curl_handles.h"
#include "scheduler/dispatch/curl_transfer.h"
#include "scheduler/dispatch/http_options.h"
#include "scheduler/dispatch/socket_poller.h"
#include <curl/curl.h>

namespace scheduler::dispatch {

// One thread that carries any number of transfers through a libcurl multi handle, driven by sockets
// and timers (curl_multi_socket_action): the cost of a step depends on what is ready and not on how
// many transfers hang.
//
// Submit, Cancel and Stop from any thread; transfers are told of their end on the loop's thread,
// without locks.
class CurlLoop final : private SocketOwner {
 public:
  // The clock outlives the loop and must run by itself.
  CurlLoop(const HttpOptions& options, const base::Clock* clock);
  ~CurlLoop() override;
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // After Stop the transfer ends at once, as cancelled. REQUIRES: its id is unique in the loop.
  void Submit(std::unique_ptr<CurlTransfer> transfer);

  // The transfer ends as cancelled; its connection is closed. Unknown ones are ignored.
  void Cancel(const TransferId& id);

  // Calls `alarm` on the loop's thread in so many milliseconds, not before; never after Stop.
  void After(base::Millis wait, std::function<void()> alarm);

  // Ends all transfers as cancelled, and the thread. Idempotent.
  void Stop();

 private:
  struct Alarm {
    int64_t due_nanos = 0;
    std::function<void()> call;
  };
  struct Mailbox {
    std::vector<std::unique_ptr<CurlTransfer>> transfers;
    std::vector<TransferId> cancels;
    std::vector<Alarm> alarms;
    bool stop = false;

    bool empty() const { return transfers.empty() && cancels.empty() && alarms.empty(); }
  };

  void OnOpened(curl_socket_t socket) override { poller_.OnOpened(socket); }
  void OnClose(curl_socket_t socket) override;

  static int OnSocket(CURL* handle, curl_socket_t socket, int what, void* loop, void* unused);
  static int OnTimer(CURLM* multi, long timeout_millis, void* loop);

  void Run();
  // Milliseconds until libcurl wants to be called or an alarm is due; -1 if nothing is.
  int WaitMillis() const;
  void CallTimers();
  void CallAlarms();
  bool TakeMailbox();  // false once the loop is to stop
  void Begin(std::unique_ptr<CurlTransfer> transfer);
  void FinishEnded();
  void End(CURL* handle, const CurlEnd& end);
  void TellEnded();
  void CancelOne(const TransferId& id);
  void CancelAll();

  const HttpOptions options_;
  const base::Clock* const clock_;
  SocketPoller poller_;
  CurlHandles handles_;
  CURLM* const multi_;
  int64_t timer_nanos_;  // when libcurl wants to be called

  std::multimap<int64_t, std::function<void()>> alarms_;  // by when they are due

  struct Active {
    CURL* handle = nullptr;
    std::unique_ptr<CurlTransfer> transfer;
  };
  absl::flat_hash_map<TransferId, Active> active_;

  struct Ended {
    std::unique_ptr<CurlTransfer> transfer;
    CurlEnd end;
  };
  std::vector<Ended> ended_;  // since whom was told last

  base::Mutex mu_;
  Mailbox mailbox_ ABSL_GUARDED_BY(mu_);
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_CURL_LOOP_H_
