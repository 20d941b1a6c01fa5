#ifndef SCHEDULER_DISPATCH_NOTIFICATION_MESSAGE_TEXTS_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_MESSAGE_TEXTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

// Messages filled in for a run. `field` is the channel's path, for errors: INVALID_ARGUMENT, for the run's error, if a
// value is not defined, or a number or token is none; and those of the renderer's secrets, which land in what a message
// says alone and not in whom it is from and for.
absl::StatusOr<core::SmsMessage> RenderSms(const core::SmsMessage& sms,
                                           const std::string& default_from,
                                           const Renderer& renderer, const std::string& field);
absl::StatusOr<core::PushMessage> RenderPush(const core::PushMessage& push,
                                             const Renderer& renderer, const std::string& field);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_MESSAGE_TEXTS_H_
