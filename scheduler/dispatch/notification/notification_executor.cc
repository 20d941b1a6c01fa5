#include "scheduler/dispatch/notification/notification_executor.h"

#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include <curl/curl.h>

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

}  // namespace

NotificationExecutor::NotificationExecutor(const NotificationOptions& options,
                                           const EgressPolicy* egress, const base::Clock* clock,
                                           secrets::SecretSource* secrets, Executor* http)
    // Counted and thread-safe in libcurl; never undone, since other parts of a process may use it.
    : options_((curl_global_init(CURL_GLOBAL_DEFAULT), options)),
      clock_(clock),
      timer_(clock),
      email_(options, egress, clock, secrets),
      api_(options, egress, clock, secrets),
      callbacks_(http, clock) {}

NotificationExecutor::~NotificationExecutor() { Shutdown(); }

void NotificationExecutor::Execute(core::ClaimedRun run, Done done) {
  const auto* target =
      run.event == nullptr ? nullptr : std::get_if<core::NotificationTarget>(&run.event->target);
  if (target == nullptr || target->channels.empty()) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no notification to send"));
  }
  const base::Millis timeout =
      run.attempt_timeout > 0 ? run.attempt_timeout : base::limits::kDefaultAttemptTimeout;
  ChannelStart start;
  start.deadline_nanos = clock_->MonoNanos() + timeout * kNanosPerMilli;
  const std::shared_ptr<NotificationAttempt> attempt = Add(run, start.deadline_nanos, &done);
  if (attempt == nullptr) return done(CancelledAttempt());
  start.run = std::make_shared<const core::ClaimedRun>(std::move(run));
  StartChannels(std::move(start), attempt);
}

std::shared_ptr<NotificationAttempt> NotificationExecutor::Add(const core::ClaimedRun& run,
                                                               int64_t deadline_nanos, Done* done) {
  const Id id{run.key, run.token};
  base::MutexLock lock(&mu_);
  if (stopped_) return nullptr;
  auto attempt = std::make_shared<NotificationAttempt>(
      std::get<core::NotificationTarget>(run.event->target), run.probe,
      [this, id, done = std::move(*done)](AttemptResult result) {
        Remove(id);
        done(std::move(result));
      });
  std::weak_ptr<NotificationAttempt> weak = attempt;
  const DeadlineTimer::Key key = timer_.At(deadline_nanos, [weak] {
    if (const auto late = weak.lock()) late->TimeOut();
  });
  active_.emplace(id, Active{attempt, key});
  return attempt;
}

void NotificationExecutor::Remove(const Id& id) {
  std::vector<Active> removed;  // released after the lock
  base::MutexLock lock(&mu_);
  auto [next, end] = active_.equal_range(id);
  while (next != end) {
    const auto current = next++;
    if (!current->second.attempt->ended()) continue;
    timer_.Forget(current->second.deadline);
    removed.push_back(std::move(current->second));
    active_.erase(current);
  }
}

void NotificationExecutor::StartChannels(ChannelStart start,
                                         const std::shared_ptr<NotificationAttempt>& attempt) {
  std::vector<size_t> callbacks;
  const size_t count = start.target().channels.size();
  for (size_t i = 0; i < count; ++i) {
    start.index = i;
    const ChannelDone done = [attempt, i](ChannelResult result) {
      attempt->Finish(i, std::move(result));
    };
    if (std::holds_alternative<core::HttpTarget>(start.channel().message)) {
      callbacks.push_back(i);
    } else if (std::holds_alternative<core::EmailMessage>(start.channel().message)) {
      attempt->SetStop(i, email_.Start(start, done));
    } else {
      attempt->SetStop(i, api_.Start(start, done));
    }
  }
  if (!callbacks.empty()) callbacks_.Start(start, std::move(callbacks), attempt);
}

void NotificationExecutor::Cancel(const core::RunRef& run) {
  std::vector<std::shared_ptr<NotificationAttempt>> attempts;
  {
    base::MutexLock lock(&mu_);
    const auto [begin, end] = active_.equal_range(Id{run.key, run.token});
    for (auto each = begin; each != end; ++each) attempts.push_back(each->second.attempt);
  }
  for (const auto& attempt : attempts) attempt->Cancel();
}

void NotificationExecutor::Shutdown() {
  std::vector<std::shared_ptr<NotificationAttempt>> attempts;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    for (const auto& [id, active] : active_) attempts.push_back(active.attempt);
  }
  for (const auto& attempt : attempts) attempt->Cancel();
  timer_.Stop();
  email_.Stop();
  api_.Stop();
}

}  // namespace scheduler::dispatch
