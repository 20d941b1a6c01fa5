#ifndef SCHEDULER_DISPATCH_HTTP_TRANSFER_H_
#define SCHEDULER_DISPATCH_HTTP_TRANSFER_H_

#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_reply.h"
#include "scheduler/dispatch/http_request.h"
#include <curl/curl.h>

namespace scheduler::dispatch {

// Who keeps the descriptors of the sockets that libcurl opens for transfers.
class SocketOwner {
 public:
  virtual ~SocketOwner() = default;
  virtual void OnOpened(curl_socket_t socket) = 0;
  // Closes it.
  virtual void OnClose(curl_socket_t socket) = 0;
};

// One attempt on its way through libcurl: the request, what came back so far, and whom to tell. Made
// by the caller of Execute, then touched by one loop's thread only.
struct HttpTransfer {
  core::RunRef run;
  HttpRequest request;
  std::shared_ptr<const core::Event> event;  // keeps the success codes
  Executor::Done done;

  const EgressPolicy* egress = nullptr;
  SocketOwner* sockets = nullptr;  // of the loop that carries it
  HttpReply reply;
  std::string denial;    // why the egress policy refused an address; empty: it did not
  bool dialled = false;  // an address was allowed and a socket made for it
  bool sent = false;     // the request was written, or begun
  bool dropped = false;  // the connection ended before an answer, and libcurl would send again
  std::vector<curl_slist> header_nodes;  // point into request.headers
  char curl_message[CURL_ERROR_SIZE] = {};

  // The headers as libcurl takes them; valid while `request` is not changed.
  curl_slist* HeaderList();

  // The result of the transfer that libcurl ended with `code`; `status` is the answer's, 0 if none
  // came. `now` is wall time.
  AttemptResult ResultOf(CURLcode code, long status, base::Millis now) const;
};

// The failure class of a transfer that gave no usable answer: TIMEOUT when time ran out, CONNECTION
// when no answer began or it was broken off (refused, reset, name not resolved, TLS), VALIDATION
// when the request could never be sent, UNAVAILABLE when the answer made no sense.
std::string_view ClassOfCurlCode(CURLcode code);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_TRANSFER_H_
