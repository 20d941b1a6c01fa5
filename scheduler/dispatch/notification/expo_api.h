#ifndef SCHEDULER_DISPATCH_NOTIFICATION_EXPO_API_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_EXPO_API_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/core/connection/message_settings.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/notification/api_answer.h"

// How Expo's push service is asked to send, as https://docs.expo.dev/push-notifications/sending-notifications says:
// up to 100 devices a request, each of which gets a ticket.
namespace scheduler::dispatch {

inline constexpr size_t kMaxExpoDevices = 100;

// The call that sends `push`, whose texts are filled in, to `devices`. Empty `access_token`: the project needs none.
// REQUIRES: 1 to kMaxExpoDevices devices.
HttpCall BuildExpoCall(const core::PushSettings& settings, std::string_view access_token,
                       const core::PushMessage& push, absl::Span<const std::string> devices);

// The deliveries to `devices`, in their order. REQUIRES: answer.transport.ok().
std::vector<Delivery> ReadExpoAnswer(absl::Span<const std::string> devices,
                                     const HttpAnswer& answer, base::Millis now);

// The call that asks for the receipts of no tickets, which shows the token and changes nothing
// (https://docs.expo.dev/push-notifications/sending-notifications#push-receipts).
HttpCall BuildExpoProbe(const core::PushSettings& settings, std::string_view access_token);

// What came of it; refusals have the classes of a request's. REQUIRES: answer.transport.ok().
Delivery ReadExpoProbe(const HttpAnswer& answer, base::Millis now);

// The failure class of a ticket's error, or of a request's. Empty for one that is not known.
std::string_view ClassOfExpoError(std::string_view error);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_EXPO_API_H_
