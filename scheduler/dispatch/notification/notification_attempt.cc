#include "scheduler/dispatch/notification/notification_attempt.h"

#include <algorithm>
#include <utility>

#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

std::vector<std::string_view> KindsOf(const core::NotificationTarget& target) {
  std::vector<std::string_view> kinds;
  for (const auto& channel : target.channels) kinds.push_back(KindOfChannel(channel));
  return kinds;
}

}  // namespace

NotificationAttempt::NotificationAttempt(const core::NotificationTarget& target, bool probe,
                                         Executor::Done done)
    : kinds_(KindsOf(target)),
      probe_(probe),
      results_(target.channels.size()),
      stops_(target.channels.size()),
      left_(target.channels.size()),
      done_(std::move(done)) {}

void NotificationAttempt::Finish(size_t index, ChannelResult result) {
  Executor::Done done;
  std::vector<ChannelResult> results;
  ChannelStop stop;  // what it holds goes without the lock
  {
    base::MutexLock lock(&mu_);
    if (done_ == nullptr || !results_[index].kind.empty()) return;
    results_[index] = std::move(result);
    stop.swap(stops_[index]);
    if (--left_ > 0) return;
    done.swap(done_);
    results.swap(results_);
  }
  done(Combined(results));
}

void NotificationAttempt::SetStop(size_t index, ChannelStop stop) {
  if (stop == nullptr) return;
  {
    base::MutexLock lock(&mu_);
    if (done_ != nullptr) {
      if (results_[index].kind.empty()) stops_[index] = std::move(stop);
      return;
    }
  }
  stop();
}

void NotificationAttempt::Cancel() { End(true); }
void NotificationAttempt::TimeOut() { End(false); }

void NotificationAttempt::End(bool cancelled) {
  Executor::Done done;
  std::vector<ChannelResult> results;
  std::vector<ChannelStop> stops;
  {
    base::MutexLock lock(&mu_);
    if (done_ == nullptr) return;
    done.swap(done_);
    results.swap(results_);
    stops.swap(stops_);
  }
  for (const ChannelStop& stop : stops) {
    if (stop != nullptr) stop();
  }
  if (cancelled) return done(CancelledAttempt());
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].kind.empty()) continue;
    results[i] = FailedChannel(kinds_[i], core::failure::kTimeout, "it did not end in time");
  }
  done(Combined(results));
}

AttemptResult NotificationAttempt::Combined(const std::vector<ChannelResult>& results) const {
  const auto is_sent = [](const ChannelResult& result) { return result.sent(); };
  const auto is_cancelled = [](const ChannelResult& result) { return result.cancelled; };
  if (std::none_of(results.begin(), results.end(), is_sent) &&
      std::any_of(results.begin(), results.end(), is_cancelled)) {
    return CancelledAttempt();
  }
  return probe_ ? ResultOfProbe(results.front()) : CombineChannels(results);
}

bool NotificationAttempt::ended() {
  base::MutexLock lock(&mu_);
  return done_ == nullptr;
}

}  // namespace scheduler::dispatch
