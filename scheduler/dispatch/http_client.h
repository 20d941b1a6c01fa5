#ifndef SCHEDULER_DISPATCH_HTTP_CLIENT_H_
#define SCHEDULER_DISPATCH_HTTP_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/attempt_trace.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_options.h"
#include "scheduler/dispatch/http_transport.h"

namespace scheduler::dispatch {

class CurlLoop;

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// A request to an HTTP API.
struct HttpCall {
  core::HttpMethod method = core::HttpMethod::kPost;
  std::string url;  // absolute, http or https, percent-encoded
  HttpHeaders headers;
  std::string body;          // always sent by POST, PUT and PATCH; by the others unless it is empty
  base::Millis timeout = 0;  // for all of it; 0: limits::kDefaultAttemptTimeout
  size_t max_answer_bytes = size_t{64} * 1024;
  // It does no harm if the API takes it twice: it is sent again on a new connection when a kept one ends
  // before an answer. Else that is told as ABORTED.
  bool repeatable = false;
  bool fresh_connection = false;  // not over a kept one: for attempts after the first
  std::shared_ptr<const HttpTransport> transport;  // null: as usual
  std::shared_ptr<core::AttemptTrace> trace;       // told of the call and its answer; null: none is
};

// What came back. Not a word of it is safe to record before it is redacted.
struct HttpAnswer {
  // OK if there is an answer, of whatever status. Else
  //   DEADLINE_EXCEEDED   none in time, whole or in part
  //   UNAVAILABLE         refused, reset, broken off, name or TLS failed
  //   ABORTED             a kept connection ended before an answer: at no fault of the API, and whether the
  //                       call was seen is unknown
  //   PERMISSION_DENIED   the egress policy refuses the address
  //   INVALID_ARGUMENT    the call cannot be sent: its URL, a header
  //   CANCELLED           by Cancel or Shutdown
  //   UNKNOWN             the answer made no sense
  absl::Status transport;
  int status = 0;
  HttpHeaders headers;  // in the order in which they came, names as they came
  std::string body;
  bool cut = false;  // there was more than max_answer_bytes of it

  // The first header of this name, in any case; empty if there is none.
  std::string_view Header(std::string_view name) const;
};

// What an attempt came to whose call got no answer; a call that was ABORTED gives its run back.
// REQUIRES: !transport.ok().
AttemptResult UnansweredAttempt(const absl::Status& transport);

// Calls HTTP APIs for executors: push and SMS services, token endpoints, queues and functions of clouds.
// One thread carries all calls, over kept connections, HTTP/2 where the API speaks it over TLS. Every
// address is resolved, checked by the egress policy and then dialled as it was checked. Redirects are not
// followed, certificates are verified.
//
// Thread-safe.
class HttpClient {
 public:
  using Done = std::function<void(HttpAnswer)>;
  using CallId = uint64_t;

  // `egress` and `clock` outlive the client; the clock must run by itself. Of the options the number of
  // threads is not used.
  HttpClient(const HttpOptions& options, const EgressPolicy* egress, const base::Clock* clock);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Returns at once. `done` is called exactly once, without locks: on the client's thread, which it must
  // not block, or before Send returns, if the call cannot be sent.
  CallId Send(HttpCall call, Done done);

  // The call ends as CANCELLED unless it has ended. Unknown ones are ignored.
  void Cancel(CallId id);

  // Calls `alarm` on the client's thread in so many milliseconds, not before; never after Shutdown.
  void After(base::Millis wait, std::function<void()> alarm);

  // Ends all calls as CANCELLED, and the thread. Idempotent; not from a `done`.
  void Shutdown();

 private:
  const EgressPolicy* const egress_;
  std::atomic<CallId> next_{1};
  const std::unique_ptr<CurlLoop> loop_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_CLIENT_H_
