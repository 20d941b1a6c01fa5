#ifndef SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_EXECUTOR_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_EXECUTOR_H_

#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/notification/api_sender.h"
#include "scheduler/dispatch/notification/callback_sender.h"
#include "scheduler/dispatch/notification/deadline_timer.h"
#include "scheduler/dispatch/notification/email_sender.h"
#include "scheduler/dispatch/notification/notification_attempt.h"
#include "scheduler/dispatch/notification/notification_options.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Delivers runs to people: email by SMTP, push and SMS by the APIs of their services, callbacks through the
// executor of HTTP targets. The channels of a
// notification are sent at the same time.
//
//   channels                            result
//   at least one was sent               completed, the output tells of each (channel_result.h)
//   all failed                          failed with the class of one that is retried, else of the first
//   not all ended in time               TIMEOUT for those; completed if another was sent
//
// Connections are found and secrets read for each channel by itself: what one lacks does not keep the others.
//
// A probe (core::ClaimedRun::probe) sends nothing: its one channel's connection is tried, and the result is told in
// the words of that alone.
class NotificationExecutor final : public Executor {
 public:
  // `egress`, `clock`, `secrets` and `http` outlive the executor; the clock must run by itself. Null `secrets`: no
  // secret can be read; null `http`: callbacks fail.
  NotificationExecutor(const NotificationOptions& options, const EgressPolicy* egress,
                       const base::Clock* clock, secrets::SecretSource* secrets, Executor* http);
  ~NotificationExecutor() override;

  std::string_view name() const override { return "notification"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override;
  size_t max_in_flight() const override { return options_.max_in_flight; }
  void Shutdown() override;

 private:
  using Id = std::pair<core::RunKey, uint64_t>;

  // Null if the executor is shut down.
  std::shared_ptr<NotificationAttempt> Add(const core::ClaimedRun& run, int64_t deadline_nanos,
                                           Done* done);
  // Forgets those that have ended.
  void Remove(const Id& id);
  void StartChannels(ChannelStart start, const std::shared_ptr<NotificationAttempt>& attempt);

  const NotificationOptions options_;
  const base::Clock* const clock_;
  DeadlineTimer timer_;
  EmailSender email_;
  ApiSender api_;
  CallbackSender callbacks_;

  struct Active {
    std::shared_ptr<NotificationAttempt> attempt;
    DeadlineTimer::Key deadline;
  };
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  // Several of one id end each by themselves, though the engine claims no run twice.
  std::multimap<Id, Active> active_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_NOTIFICATION_EXECUTOR_H_
