#ifndef SCHEDULER_DISPATCH_NOTIFICATION_CHANNEL_START_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_CHANNEL_START_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "scheduler/base/clock.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/notification/channel_result.h"

namespace scheduler::dispatch {

// One channel of a run that is to be sent.
struct ChannelStart {
  std::shared_ptr<const core::ClaimedRun> run;
  size_t index = 0;
  int64_t deadline_nanos = 0;  // of the monotonic clock

  const core::NotificationTarget& target() const {
    return std::get<core::NotificationTarget>(run->event->target);
  }
  const core::NotificationTarget::Channel& channel() const { return target().channels[index]; }
  // The channel's path in the event, for messages: "notification.channels[1].email".
  std::string Field() const {
    return base::StrCat("notification.channels[", index, "].", KindOfChannel(channel()));
  }
  // What is left of the attempt's time, at least a millisecond.
  base::Millis Left(const base::Clock& clock) const {
    return std::max<base::Millis>(1, (deadline_nanos - clock.MonoNanos()) / 1'000'000);
  }
};

// Called once with what became of a channel, from any thread; more calls do nothing.
using ChannelDone = std::function<void(ChannelResult)>;
// Stops a channel as soon as that can be; nobody waits for it. May be called at any time, more than once.
using ChannelStop = std::function<void()>;

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_CHANNEL_START_H_
