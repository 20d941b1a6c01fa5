#include "scheduler/dispatch/notification/smtp_result.h"

#include <string>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;

constexpr std::string_view kEmail = "email";

std::string Message(std::string_view text) {
  return ToMessage(text, base::limits::kMaxErrorMessageBytes);
}

bool IsRefusal(const SmtpReply& reply) { return reply.code >= 400; }

// The class of a failure that is not a reply's.
std::string_view ClassOfCode(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return failure::kTimeout;
    case CURLE_LOGIN_DENIED:
      return failure::kUnauthenticated;
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return failure::kValidation;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WEIRD_SERVER_REPLY:
      return failure::kUnavailable;
    default:
      return failure::kConnection;
  }
}

// A server whose last word is a refusal has answered; where time ran out, or the connection failed, after a good
// word, that is what happened.
ChannelResult Failed(const SmtpOutcome& outcome) {
  if (!outcome.denial.empty()) return FailedChannel(kEmail, failure::kEgressDenied, outcome.denial);
  const SmtpReply& last = outcome.dialog.last();
  const bool answered = IsRefusal(last) && outcome.code != CURLE_OPERATION_TIMEDOUT &&
                        outcome.code != CURLE_USE_SSL_FAILED;
  if (!answered) return FailedChannel(kEmail, ClassOfCode(outcome.code), outcome.message);
  const bool login = outcome.code == CURLE_LOGIN_DENIED && last.code >= 500;
  return FailedChannel(kEmail, login ? failure::kUnauthenticated : ClassOfSmtpReply(last),
                       last.text, last.code);
}

Delivery RefusedBy(const std::string& recipient, const SmtpReply& reply) {
  Delivery delivery;
  delivery.to = recipient;
  delivery.code = ClassOfSmtpReply(reply);
  delivery.message = Message(reply.text);
  delivery.status = reply.code;
  return delivery;
}

}  // namespace

ChannelResult ResultOfMail(const Mail& mail, const SmtpOutcome& outcome) {
  const std::vector<SmtpReply>& replies = outcome.dialog.recipients();
  const bool taken = outcome.code == CURLE_OK || outcome.dialog.message().code / 100 == 2;
  ChannelResult result;
  result.kind = kEmail;
  const std::string id = QueueIdOf(outcome.dialog.message());
  bool all_refused = replies.size() == mail.recipients.size();
  for (size_t i = 0; i < mail.recipients.size(); ++i) {
    if (i < replies.size() && IsRefusal(replies[i])) {
      result.deliveries.push_back(RefusedBy(mail.recipients[i], replies[i]));
      continue;
    }
    all_refused = false;
    Delivery delivery;
    delivery.to = mail.recipients[i];
    delivery.id = id;
    result.deliveries.push_back(std::move(delivery));
  }
  if (taken || all_refused) return result;
  return Failed(outcome);
}

ChannelResult ResultOfSmtpProbe(const SmtpOutcome& outcome) {
  if (outcome.code != CURLE_OK) return Failed(outcome);
  Delivery delivery;
  delivery.id = Message(outcome.dialog.greeting().text);
  ChannelResult result;
  result.kind = kEmail;
  result.deliveries.push_back(std::move(delivery));
  return result;
}

}  // namespace scheduler::dispatch
