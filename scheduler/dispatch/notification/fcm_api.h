#ifndef SCHEDULER_DISPATCH_NOTIFICATION_FCM_API_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_FCM_API_H_

#include <string>
#include <string_view>

#include "scheduler/core/connection/message_settings.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/notification/api_answer.h"

// How Firebase Cloud Messaging is asked to send to one device (HTTP v1):
//   https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send
//   https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
namespace scheduler::dispatch {

// What access tokens are for (https://firebase.google.com/docs/cloud-messaging/auth-server).
inline constexpr std::string_view kFcmScope = "https://www.googleapis.com/auth/firebase.messaging";

// The call that sends `push`, whose texts are filled in, to `device`.
HttpCall BuildFcmCall(const core::PushSettings& settings, const std::string& project,
                      std::string_view access_token, const core::PushMessage& push,
                      const std::string& device);

// What became of it: by FCM's error code where there is one, else by the status. REQUIRES: answer.transport.ok().
Delivery ReadFcmAnswer(const std::string& device, const HttpAnswer& answer, base::Millis now);

// The call that has FCM check a message to a topic without sending it (validate_only).
HttpCall BuildFcmProbe(const core::PushSettings& settings, const std::string& project,
                       std::string_view access_token);

// What came of it. REQUIRES: answer.transport.ok().
//
//   2xx                   fine
//   400 INVALID_ARGUMENT  fine: FCM says it of the message, once it knows that the account may send
//   all else              as of a message
Delivery ReadFcmProbe(const HttpAnswer& answer, base::Millis now);

// Whether FCM refused the access token: another one may be taken.
bool RefusesAccessToken(const HttpAnswer& answer);

// Empty for one that is not known.
std::string_view ClassOfFcmError(std::string_view error_code);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_FCM_API_H_
