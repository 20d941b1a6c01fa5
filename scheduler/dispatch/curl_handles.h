#ifndef SCHEDULER_DISPATCH_CURL_HANDLES_H_
#define SCHEDULER_DISPATCH_CURL_HANDLES_H_

#include <string>
#include <vector>

#include "scheduler/dispatch/curl_transfer.h"
#include "scheduler/dispatch/http_options.h"
#include <curl/curl.h>

namespace scheduler::dispatch {

// libcurl's easy handles for one loop. Making and configuring one costs as much as a request, so
// they are kept and only what differs between requests is set anew.
//
// Addresses: libcurl resolves names on threads of its own, and calls back with every single address
// before a socket to it exists. The egress policy is asked there, so that it sees what is dialled,
// whatever the notation of the host and whatever a name server answers the second time; then the
// peer of the connection that a request is about to be sent on is checked again. A host that has a
// denied address beside an allowed one is reached by the allowed one only. Addresses that were found are kept for a
// minute, unless a transfer to them fails.
//
// Not thread-safe.
class CurlHandles {
 public:
  // `sockets` outlives the connections made through the handles, that is the multi handle.
  CurlHandles(const HttpOptions& options, SocketOwner* sockets);
  ~CurlHandles();
  CurlHandles(const CurlHandles&) = delete;
  CurlHandles& operator=(const CurlHandles&) = delete;

  // A handle that will carry `transfer`; null if there is no memory. The transfer outlives its use.
  CURL* Acquire(CurlTransfer* transfer);

  // REQUIRES: taken out of the multi handle.
  void Release(CURL* handle);

  // Where `transfer` went is looked up anew by whoever goes there next.
  void ForgetAddressesOf(const CurlTransfer& transfer);

  // The transfer that a handle carries.
  static CurlTransfer* TransferOf(CURL* handle);

 private:
  CURL* Make();
  void SetRequest(CURL* handle, CurlTransfer* transfer) const;

  const HttpOptions options_;
  SocketOwner* const sockets_;
  std::vector<CURL*> idle_;
  std::vector<std::string> forget_;  // as CurlTransfer has it: the next one takes them along
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_CURL_HANDLES_H_
