#ifndef SCHEDULER_DISPATCH_NOTIFICATION_CALLBACK_SENDER_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_CALLBACK_SENDER_H_

#include <memory>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/notification/channel_start.h"
#include "scheduler/dispatch/notification/notification_attempt.h"

namespace scheduler::dispatch {

// Sends the callbacks of a notification through the executor of HTTP targets, as deliveries of the same run. That
// executor knows an attempt by its run and token, so that several callbacks follow one another.
//
// Thread-safe.
class CallbackSender {
 public:
  // Both outlive the sender. Null `http`: callbacks fail.
  CallbackSender(Executor* http, const base::Clock* clock) : http_(http), clock_(clock) {}

  // Starts the channels `indexes` of a run, all of them callbacks, one after the other; each tells `attempt` how it
  // ended. Nothing more begins once that has ended. REQUIRES: not empty.
  void Start(const ChannelStart& run, std::vector<size_t> indexes,
             const std::shared_ptr<NotificationAttempt>& attempt);

 private:
  struct Chain;

  void Next(const std::shared_ptr<Chain>& chain);

  Executor* const http_;
  const base::Clock* const clock_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_CALLBACK_SENDER_H_
