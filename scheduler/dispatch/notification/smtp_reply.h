#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SMTP_REPLY_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SMTP_REPLY_H_

#include <string>
#include <string_view>
#include <vector>

// What an SMTP server answers (RFC 5321, 4.2), and what it means for a run.
namespace scheduler::dispatch {

struct SmtpReply {
  int code = 0;      // 0: none came
  std::string text;  // "550 5.1.1 no such user", the lines of longer ones joined by spaces
};

// The failure class of a reply that refuses:
//
//   421, 4yz                                   UNAVAILABLE, by which servers also put off unknown senders
//   4.4.5, 4.7.28 (congested, flood)           RATE_LIMITED
//   530, 534, 535, 538, 5.7.8, 5.7.9           UNAUTHENTICATED
//   550, 551, 553 and 5.1.z                    NOT_FOUND: no such mailbox
//   5.7.z                                      FORBIDDEN: policy, relaying denied
//   other 5yz                                  VALIDATION
//
// The enhanced status codes (RFC 3463; https://www.iana.org/assignments/smtp-enhanced-status-codes) win.
std::string_view ClassOfSmtpReply(const SmtpReply& reply);

// Follows the dialogue of one message, from what libcurl writes and reads.
class SmtpDialog {
 public:
  // A command, as it is sent.
  void OnCommand(std::string_view line);
  // A line of a reply.
  void OnReply(std::string_view line);

  // The replies to RCPT, in the order of the recipients; fewer if not all were asked about.
  const std::vector<SmtpReply>& recipients() const { return recipients_; }
  // What the server says when it is connected to.
  const SmtpReply& greeting() const { return greeting_; }
  // The last reply, but for the goodbye.
  const SmtpReply& last() const { return last_; }
  // The reply to the message itself; code 0 if there is none.
  const SmtpReply& message() const { return message_; }
  // Whether the server took the sender: before, nothing of this message was said.
  bool began() const { return began_; }

 private:
  enum class Step { kOther, kMail, kRecipient, kData, kMessage, kQuit };

  Step step_ = Step::kOther;
  bool began_ = false;
  SmtpReply open_;  // of which lines are still to come
  SmtpReply greeting_;
  SmtpReply last_;
  SmtpReply message_;
  std::vector<SmtpReply> recipients_;
};

// What the server calls the message that it took: "2.0.0 Ok: queued as 4F1A" gives "4F1A". Empty if it does
// not say.
std::string QueueIdOf(const SmtpReply& message);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SMTP_REPLY_H_
