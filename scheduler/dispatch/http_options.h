#ifndef SCHEDULER_DISPATCH_HTTP_OPTIONS_H_
#define SCHEDULER_DISPATCH_HTTP_OPTIONS_H_

#include <cstddef>
#include <string>

#include "scheduler/base/millis.h"

namespace scheduler::dispatch {

struct HttpOptions {
  // Threads that carry transfers. One fills a core with about 20,000 requests a second.
  int threads = 1;
  // Attempts at once; also the most connections that are kept open. Each takes a descriptor.
  size_t max_in_flight = 1024;
  // For name, TCP and TLS together; an attempt's own timeout wins where it is shorter.
  base::Millis connect_timeout = 10 * base::kSecond;
  // PEM file of the authorities that targets' certificates are checked against. Empty: the system's.
  std::string ca_file;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_OPTIONS_H_
