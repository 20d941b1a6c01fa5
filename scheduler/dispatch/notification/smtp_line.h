#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SMTP_LINE_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SMTP_LINE_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/ip_address.h"
#include "scheduler/dispatch/notification/mail_message.h"
#include "scheduler/dispatch/notification/smtp_reply.h"
#include "scheduler/dispatch/notification/smtp_server.h"
#include <curl/curl.h>

namespace scheduler::dispatch {

// What sending one mail came to.
struct SmtpOutcome {
  CURLcode code = CURLE_OK;
  std::string message;  // libcurl's, of a failure
  std::string denial;   // why the egress policy refused every address; empty: it did not
  SmtpDialog dialog;
};

// A line to a mail server: one mail at a time, over a connection that is kept for the next one. By libcurl's
// blocking interface, since its multi interface blocks as well while it waits for the reply to a message
// (smtp_done in its smtp.c, up to at least 7.88): a server that takes its time would hold up all.
//
// Send and Probe from one thread at a time; Interrupt from any.
class SmtpLine {
 public:
  // `egress` outlives the line.
  explicit SmtpLine(const EgressPolicy* egress);
  // Breaks the connection, without a goodbye that could block.
  ~SmtpLine();
  SmtpLine(const SmtpLine&) = delete;
  SmtpLine& operator=(const SmtpLine&) = delete;

  // Sends `mail` to the server at one of `addresses`; every address that is dialled is shown to the egress policy
  // again. Blocks up to `timeout`. A kept connection that turns out to be closed before the server took the
  // sender is replaced by a new one.
  SmtpOutcome Send(const SmtpServer& server, const std::vector<IpAddress>& addresses,
                   const Mail& mail, base::Millis timeout, base::Millis connect_timeout);

  // Likewise connects, logs in and asks for nothing (NOOP). The line is of no use after it.
  SmtpOutcome Probe(const SmtpServer& server, const std::vector<IpAddress>& addresses,
                    base::Millis timeout, base::Millis connect_timeout);

  // Breaks the connection; a Send under way and all later ones fail.
  void Interrupt();

 private:
  struct Transfer;

  static curl_socket_t OpenSocket(void* data, curlsocktype purpose, curl_sockaddr* address);
  static int CloseSocket(void* data, curl_socket_t socket);
  static int OnDebug(CURL* handle, curl_infotype type, char* text, size_t size, void* data);
  static int OnProgress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  // Libcurl takes its leave with QUIT and waits up to two minutes for an answer, whatever timeout is set. The QUIT
  // still goes out, and nobody waits.
  void StopReading();
  void SetServer(const SmtpServer& server, const std::vector<IpAddress>& addresses,
                 Transfer* transfer);
  void SetTls(const SmtpServer& server);
  SmtpOutcome SendOnce(const Mail& mail, base::Millis timeout, base::Millis connect_timeout,
                       bool fresh, bool* kept);
  // What is set, over a new connection if `fresh`; `kept` becomes whether it was an old one.
  SmtpOutcome Perform(base::Millis timeout, base::Millis connect_timeout, bool fresh, bool* kept);

  const EgressPolicy* const egress_;
  CURL* const handle_;
  SmtpDialog* dialog_ = nullptr;  // of the current transfer
  std::string denial_;            // of the current Send
  bool dialled_ = false;          // likewise
  std::atomic<bool> interrupted_{false};
  base::Mutex mu_;
  std::vector<curl_socket_t> sockets_ ABSL_GUARDED_BY(mu_);  // open ones
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SMTP_LINE_H_
