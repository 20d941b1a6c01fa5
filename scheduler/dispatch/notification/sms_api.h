#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SMS_API_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SMS_API_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/message_settings.h"
#include "scheduler/dispatch/notification/api_answer.h"

// How Twilio, Vonage and Plivo are asked to send a short message, as their reference pages say:
//   https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
//   https://developer.vonage.com/en/api/sms#send-an-sms
//   https://www.plivo.com/docs/messaging/api/message/send-a-message
namespace scheduler::dispatch {

struct SmsText {
  std::string from;
  std::string to;  // E.164
  std::string text;
  std::string reference;  // the run id; Vonage alone gives it back (client-ref)
};

// The call that sends one message, without the headers of its run. The redactor learns the forms of `secret` that are
// sent. INVALID_ARGUMENT for the run's error: there is no sender.
absl::StatusOr<HttpCall> BuildSmsCall(const core::SmsSettings& settings, std::string_view secret,
                                      const SmsText& sms, SecretRedactor* redactor);

// What became of the message. REQUIRES: answer.transport.ok().
//
//   Twilio  by its error code where one says more than the status (ClassOfTwilioCode), else by the status
//   Vonage  by the message's status (ClassOfVonageStatus): the HTTP status is 200 for all
//   Plivo   by the HTTP status
Delivery ReadSmsAnswer(core::SmsSettings::Provider provider, const std::string& to,
                       const HttpAnswer& answer, base::Millis now);

// The call that reads the account, which changes nothing:
//   https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource
//   https://developer.vonage.com/en/api/account#getAccountBalance
//   https://www.plivo.com/docs/account/api/account#retrieve-an-account
// INVALID_ARGUMENT: the provider is not known.
absl::StatusOr<HttpCall> BuildSmsProbe(const core::SmsSettings& settings, std::string_view secret,
                                       SecretRedactor* redactor);

// What the service says of the account, as the delivery's id: "Twilio account Acme: active". Failures have the classes
// of a message's. REQUIRES: answer.transport.ok().
Delivery ReadSmsProbe(core::SmsSettings::Provider provider, const HttpAnswer& answer,
                      base::Millis now);

// https://www.twilio.com/docs/api/errors. Empty: the HTTP status decides.
std::string_view ClassOfTwilioCode(int code);
// https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms
std::string_view ClassOfVonageStatus(int status);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SMS_API_H_
