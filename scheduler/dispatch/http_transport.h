#ifndef SCHEDULER_DISPATCH_HTTP_TRANSPORT_H_
#define SCHEDULER_DISPATCH_HTTP_TRANSPORT_H_

#include <string>

#include "scheduler/base/secret_text.h"

namespace scheduler::dispatch {

// How requests of one connection travel, where that differs from what is usual: over the system's (or
// HttpOptions::ca_file's) authorities, without a certificate of our own, without a proxy.
//
// Requests that differ in it never share a connection, so that nobody's certificate vouches for another.
// Immutable once a request has it.
struct HttpTransport {
  std::string ca_certificates;     // PEM; empty: the usual authorities
  std::string client_certificate;  // PEM, a chain, our own first; empty: none is shown
  base::SecretText client_key;     // PEM
  std::string server_name;         // asked for (SNI), and verified; empty: the URL's host
  bool insecure_skip_verify = false;
  // "http://HOST:PORT": the egress policy is asked about this address, and the target's name is resolved
  // there. TLS goes through it by CONNECT. Empty: none; the proxy environment is ignored.
  std::string proxy;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_TRANSPORT_H_
