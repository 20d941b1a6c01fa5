#ifndef SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_OPTIONS_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_OPTIONS_H_

#include <cstddef>
#include <string>

#include "scheduler/base/millis.h"
#include "scheduler/dispatch/host_resolver.h"

namespace scheduler::dispatch {

struct NotificationOptions {
  // Attempts at once.
  size_t max_in_flight = 512;
  // Mails under way at once, each with a thread that is started when it is needed. 50 to a server are what Postfix
  // takes from one client (smtpd_client_connection_count_limit).
  size_t max_mail_threads = 512;
  size_t max_mails_per_connection = 50;
  // For TCP and TLS of mail together; an attempt's own timeout wins where it is shorter.
  base::Millis connect_timeout = 10 * base::kSecond;
  // PEM file of the authorities that push and SMS services are checked against. Empty: the system's.
  std::string ca_file;
  // Finds mail servers.
  HostResolver::LookUp look_up = &LookUpHost;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_OPTIONS_H_
