#ifndef SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_ATTEMPT_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_ATTEMPT_H_

#include <functional>
#include <string_view>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/notification/channel_start.h"

namespace scheduler::dispatch {

// One attempt of a notification: gathers what becomes of its channels, and tells once all have ended or the attempt
// was ended.
//
// Thread-safe. Whom it tells and whom it stops is called without locks.
class NotificationAttempt {
 public:
  // `probe`: the result is that of the one channel, in its own words.
  NotificationAttempt(const core::NotificationTarget& target, bool probe, Executor::Done done);

  // The channel ended. Only the first call for a channel counts.
  void Finish(size_t index, ChannelResult result);

  // How to stop a channel that was started; it may have ended already. Null: it needs no stopping.
  void SetStop(size_t index, ChannelStop stop);

  // End the attempt and stop what has not ended. For want of time that is TIMEOUT; a channel that was sent before
  // still makes it a success.
  void Cancel();
  void TimeOut();

  bool ended();

 private:
  void End(bool cancelled);
  AttemptResult Combined(const std::vector<ChannelResult>& results) const;

  base::Mutex mu_;
  const std::vector<std::string_view> kinds_;
  const bool probe_;
  std::vector<ChannelResult> results_ ABSL_GUARDED_BY(mu_);  // those without a kind are to come
  std::vector<ChannelStop> stops_ ABSL_GUARDED_BY(mu_);
  size_t left_ ABSL_GUARDED_BY(mu_);
  Executor::Done done_ ABSL_GUARDED_BY(mu_);  // null: it was called
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_ATTEMPT_H_
