#ifndef SCHEDULER_DISPATCH_HTTP_TRANSFER_H_
#define SCHEDULER_DISPATCH_HTTP_TRANSFER_H_

#include <memory>
#include <string>
#include <string_view>

#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/curl_transfer.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_reply.h"

namespace scheduler::dispatch {

// One attempt on its way through libcurl: what came back so far, and whom to tell.
class HttpTransfer final : public CurlTransfer {
 public:
  std::shared_ptr<const core::Event> event;   // keeps the success codes
  std::shared_ptr<core::AttemptTrace> trace;  // of a test, else null
  bool probe = false;  // a test of a connection: what completes it is the status line
  Executor::Done done;
  HttpReply reply;

  void OnHeader(std::string_view line) override;
  bool OnBody(std::string_view piece) override { return reply.OnBody(piece); }
  void OnEnd(const CurlEnd& end) override;

  // The result of the transfer that libcurl ended with `code`; `status` is the answer's, 0 if none
  // came. `now` is wall time.
  AttemptResult ResultOf(CURLcode code, long status, base::Millis now) const;

 private:
  std::string head_;         // the answer's status line and headers, for the trace
  std::string status_line_;  // the answer's, of a probe
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_TRANSFER_H_
