#ifndef SCHEDULER_DISPATCH_NOTIFICATION_EMAIL_SENDER_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_EMAIL_SENDER_H_

#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/host_resolver.h"
#include "scheduler/dispatch/notification/channel_start.h"
#include "scheduler/dispatch/notification/keyed_threads.h"
#include "scheduler/dispatch/notification/notification_options.h"
#include "scheduler/dispatch/notification/smtp_lines.h"
#include "scheduler/dispatch/notification/smtp_server.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Sends email channels by SMTP, and tries servers for probes. A server's name is resolved once for
// a mail, and it is dialled at the addresses that the egress policy allowed. Mails of one connection
// share so many threads and no more, so that a server that hangs holds up its own mails.
//
// Thread-safe.
class EmailSender {
 public:
  // `egress`, `clock` and `secrets` (which may be null) outlive the sender.
  EmailSender(const NotificationOptions& options, const EgressPolicy* egress,
              const base::Clock* clock, secrets::SecretSource* secrets);
  ~EmailSender() { Stop(); }

  // Returns at once. The channel's deadline is watched by the caller: it stops the channel then.
  ChannelStop Start(const ChannelStart& start, ChannelDone done);

  // Ends the threads, after what is under way: stop that first. Idempotent.
  void Stop();

 private:
  struct Job;

  // Fills in what the mail says. Reads the secrets that it names, which may block on a file.
  static absl::Status Render(Job* job);
  void OnResolved(const std::shared_ptr<Job>& job, absl::StatusOr<std::vector<IpAddress>> found);
  void Work(Job* job);
  ChannelResult Send(Job* job);
  ChannelResult SendMail(Job* job, const SmtpServer& server);
  ChannelResult Probe(Job* job, const SmtpServer& server);

  const NotificationOptions options_;
  const EgressPolicy* const egress_;
  const base::Clock* const clock_;
  secrets::SecretSource* const secrets_;
  SmtpLines lines_;
  HostResolver resolver_;
  KeyedThreads threads_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_EMAIL_SENDER_H_
