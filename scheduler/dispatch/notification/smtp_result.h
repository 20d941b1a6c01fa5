#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SMTP_RESULT_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SMTP_RESULT_H_

#include <vector>

#include "scheduler/dispatch/notification/channel_result.h"
#include "scheduler/dispatch/notification/mail_message.h"
#include "scheduler/dispatch/notification/smtp_line.h"

namespace scheduler::dispatch {

// What sending `mail` came to, recipient by recipient:
//
//   the server's reply refuses              its class (smtp_reply.h)
//   no answer in time                       TIMEOUT
//   refused, reset, TLS failed or missing   CONNECTION
//   its login is refused                    UNAUTHENTICATED, UNAVAILABLE if only for now
//   every address is denied                 EGRESS_DENIED
//   the client certificate cannot be used   VALIDATION
ChannelResult ResultOfMail(const Mail& mail, const SmtpOutcome& outcome);

// What a probe came to, in the same classes; the delivery's id is the server's greeting.
ChannelResult ResultOfSmtpProbe(const SmtpOutcome& outcome);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SMTP_RESULT_H_
