#ifndef SCHEDULER_DISPATCH_NOTIFICATION_MAIL_MESSAGE_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_MAIL_MESSAGE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/notification/mail_address.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/secret_redactor.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

// What an email says, with its templates filled in and its addresses read.
struct MailContent {
  core::MailAddress from;
  std::vector<core::MailAddress> to;
  std::vector<core::MailAddress> cc;
  std::vector<core::MailAddress> bcc;
  std::optional<core::MailAddress> reply_to;
  std::string subject;
  std::string text;
  std::string html;
};

// What a message says of the run that sends it.
struct MailIdentity {
  std::string message_id;  // without brackets
  base::Millis date = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // further headers, ASCII
};

// A message as SMTP takes it.
struct Mail {
  std::string sender;                   // the envelope's
  std::vector<std::string> recipients;  // of to, cc and bcc, each once
  std::string data;                     // RFC 5322, lines end in CRLF
};

// `email` filled in for a run. `default_from` is the connection's. `field` is the channel's path, for messages.
// INVALID_ARGUMENT for the run's error: a value is not defined, an address is none; and those of the renderer's
// secrets, which land in subject, text and HTML alone.
absl::StatusOr<MailContent> RenderMail(const core::EmailMessage& email,
                                       const std::string& default_from, const Renderer& renderer,
                                       const std::string& field);

// The identity of the mail that channel `index` of a run sends: its Message-ID is "<run id>@ductape-jobs", the
// same for every attempt, so that servers and readers know a message that they have. Where the channel is not
// the run's first email, ".<index>" follows the run id.
MailIdentity MailIdentityOf(const core::ClaimedRun& run, const core::NotificationTarget& target,
                            size_t index, base::Millis date);

// Writes the message: text, HTML, or both as alternatives, UTF-8. Bcc stands in the envelope alone.
// REQUIRES: text or html, at least one recipient; no control characters in headers.
Mail BuildMail(const MailContent& content, const MailIdentity& identity);

// What `content` says, without the secrets: its encodings hide them from a redactor.
MailContent RedactContent(const SecretRedactor& redactor, MailContent content);

// For people: the envelope and the message.
std::string TextOf(const Mail& mail);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_MAIL_MESSAGE_H_
