#ifndef SCHEDULER_DISPATCH_CURL_TRANSFER_H_
#define SCHEDULER_DISPATCH_CURL_TRANSFER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/http_message.h"
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

// Names a transfer in its loop: a run and its token; others have no run, and a number.
using TransferId = std::pair<core::RunKey, uint64_t>;

// How libcurl ended a transfer.
struct CurlEnd {
  CURLcode code = CURLE_OK;
  long status = 0;         // of the answer, 0 if none came
  bool cancelled = false;  // nothing else is set then
  base::Millis now = 0;    // wall time
};

// One HTTP request on its way through libcurl, and what is made of its answer by those who derive from
// it. Made by any thread, then touched by one loop's thread only.
class CurlTransfer {
 public:
  virtual ~CurlTransfer() = default;

  // A header line or status line as it came.
  virtual void OnHeader(std::string_view line) = 0;
  // A piece of the body; false to stop reading.
  virtual bool OnBody(std::string_view piece) = 0;
  // The last call, without locks.
  virtual void OnEnd(const CurlEnd& end) = 0;

  TransferId id;
  HttpRequest request;
  const EgressPolicy* egress = nullptr;
  SocketOwner* sockets = nullptr;  // of the loop that carries it
  std::string denial;              // why the egress policy refused an address; empty: it did not
  bool dialled = false;            // an address was allowed and a socket made for it
  bool sent = false;               // the request was written, or begun
  bool retried = false;            // libcurl sent it again, or would have
  bool dropped = false;  // the connection ended before an answer, and libcurl would send again
  std::vector<curl_slist> header_nodes;  // point into request.headers
  std::string
      connect_to;  // where the URL's host is not the one to be dialled; connect_node points to it
  curl_slist connect_node = {};
  // "-HOST:PORT", whose addresses libcurl looks up anew from this transfer on; forget_nodes point to them.
  std::vector<std::string> forget;
  std::vector<curl_slist> forget_nodes;
  char curl_message[CURL_ERROR_SIZE] = {};

  // The headers as libcurl takes them; valid while `request` is not changed.
  curl_slist* HeaderList();
  // Likewise `forget`.
  curl_slist* ForgetList();

  // Whether the egress policy is why there is no answer. Where a host has allowed addresses too, what
  // became of those is the answer.
  bool IsDenied(const CurlEnd& end) const;

  // Whether the answer came, as far as it was read: `stopped` says that OnBody stopped it.
  bool IsAnswered(const CurlEnd& end, bool stopped) const;

  // Whether nobody answered where the target's name points to, so that it may have moved.
  bool IsUnreached(const CurlEnd& end) const;

  // Why there is none, in libcurl's words.
  std::string_view MessageOf(CURLcode code) const;
};

// The failure class of a transfer that gave no usable answer: TIMEOUT when time ran out, CONNECTION
// when no answer began or it was broken off (refused, reset, name not resolved, TLS), VALIDATION
// when the request could never be sent, UNAVAILABLE when the answer made no sense.
std::string_view ClassOfCurlCode(CURLcode code);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_CURL_TRANSFER_H_
