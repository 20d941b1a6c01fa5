#ifndef SCHEDULER_CORE_NOTIFICATION_NOTIFICATION_CHECK_H_
#define SCHEDULER_CORE_NOTIFICATION_NOTIFICATION_CHECK_H_

#include "absl/status/status.h"
#include "scheduler/core/target.h"

namespace scheduler::core {

// OK if a notification can be sent, as far as that can be told where the event is created: connections are
// named, bounds are kept (base/limits.h), addresses and numbers are such. A text with "{{" is filled in by a
// run, and checked there. Of a callback it is only checked that it names a URL or a connection; the rest is
// as for every HTTP target.
//
// INVALID_ARGUMENT with the path of the field: "notification.channels[1].email.to[0]".
absl::Status CheckNotificationTarget(const NotificationTarget& target);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_NOTIFICATION_NOTIFICATION_CHECK_H_
