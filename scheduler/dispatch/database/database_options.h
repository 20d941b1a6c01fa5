#ifndef SCHEDULER_DISPATCH_DATABASE_DATABASE_OPTIONS_H_
#define SCHEDULER_DISPATCH_DATABASE_DATABASE_OPTIONS_H_

#include <cstddef>
#include <string>

#include "scheduler/base/millis.h"

namespace scheduler::dispatch {

struct DatabaseOptions {
  // Attempts at once, of which most wait for a connection. One database has at most as many waiting as
  // are left for all others.
  size_t max_in_flight = 4096;
  // Open connections at once, each with a thread. One database has at most as many as are left for all
  // others, and as its settings say.
  size_t max_sessions = 256;
  // For name, TCP, TLS and authentication together; an attempt's own timeout wins where it is shorter.
  base::Millis connect_timeout = 10 * base::kSecond;
  // A connection that nothing uses is closed after this.
  base::Millis idle_timeout = base::kMinute;
  // PEM file of the authorities that targets' certificates are checked against. Empty: the system's.
  std::string ca_file;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_DATABASE_OPTIONS_H_
