#include "scheduler/dispatch/http_tokens.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

namespace limits = base::limits;

constexpr int64_t kNanosPerMilli = 1'000'000;

TokenAnswer Without(AttemptResult failure) { return {nullptr, 0, std::move(failure)}; }

}  // namespace

void HttpTokens::Get(const TransferId& who, const TokenRequest& request, int64_t deadline_nanos,
                     Done done) {
  const int64_t now = clock_->MonoNanos();
  TokenAnswer kept;
  bool stopped = false;
  bool ask = false;
  bool alarm = false;
  {
    base::MutexLock lock(&mu_);
    stopped = stopped_;
    if (!stopped) {
      if (!entries_.contains(request.identity)) MakeRoom(now);
      Entry& entry = entries_[request.identity];
      if (entry.token != nullptr && now < entry.end_nanos) kept.token = entry.token;
      ask = !entry.asked && (kept.token == nullptr || now >= entry.renew_nanos);
      entry.asked = entry.asked || ask;
      if (kept.token == nullptr) {
        entry.waiters.push_back({who, deadline_nanos, done});
        alarm = entry.alarm_nanos == 0 || deadline_nanos < entry.alarm_nanos;
        if (alarm) entry.alarm_nanos = deadline_nanos;
      }
    }
  }
  if (stopped) return done(Without(CancelledAttempt()));
  if (alarm) SetAlarm(request.identity, deadline_nanos);
  if (ask) Ask(request);
  if (kept.token != nullptr) done(std::move(kept));
}

void HttpTokens::Ask(const TokenRequest& request) {
  HttpCall call = request.call;
  call.timeout = limits::kTokenTimeout;
  call.repeatable = true;
  call.fresh_connection = request.once;
  client_->Send(std::move(call),
                [this, request](const HttpAnswer& answer) { OnAnswer(request, answer); });
}

void HttpTokens::OnAnswer(const TokenRequest& request, const HttpAnswer& answer) {
  const TokenAnswer read = ReadToken(request, answer, clock_->WallNow());
  const int64_t now = clock_->MonoNanos();
  std::vector<Waiter> waiters;
  {
    base::MutexLock lock(&mu_);
    const auto found = entries_.find(request.identity);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.asked = false;
    waiters.swap(entry.waiters);
    if (read.token != nullptr) {
      entry.token = read.token;
      entry.end_nanos = now + read.lifetime * kNanosPerMilli;
      const base::Millis lead = std::min(limits::kTokenLead, read.lifetime / 4);
      entry.renew_nanos = entry.end_nanos - lead * kNanosPerMilli;
    } else {
      entry.renew_nanos = now + limits::kTokenRetryPause * kNanosPerMilli;
    }
    if (request.once) entries_.erase(found);
  }
  for (const Waiter& waiter : waiters) waiter.done(read);
}

void HttpTokens::SetAlarm(const std::string& identity, int64_t alarm_nanos) {
  const int64_t wait = std::max<int64_t>(alarm_nanos - clock_->MonoNanos(), 0);
  client_->After(wait / kNanosPerMilli,
                 [this, identity, alarm_nanos] { OnAlarm(identity, alarm_nanos); });
}

void HttpTokens::OnAlarm(const std::string& identity, int64_t alarm_nanos) {
  std::vector<Waiter> late;
  int64_t next = 0;
  {
    base::MutexLock lock(&mu_);
    const auto found = entries_.find(identity);
    // An earlier one has taken its place otherwise.
    if (found == entries_.end() || found->second.alarm_nanos != alarm_nanos) return;
    std::vector<Waiter>& waiters = found->second.waiters;
    const auto first_late = std::partition(
        waiters.begin(), waiters.end(),
        [alarm_nanos](const Waiter& waiter) { return waiter.deadline_nanos > alarm_nanos; });
    late.assign(std::make_move_iterator(first_late), std::make_move_iterator(waiters.end()));
    waiters.erase(first_late, waiters.end());
    for (const Waiter& waiter : waiters) {
      if (next == 0 || waiter.deadline_nanos < next) next = waiter.deadline_nanos;
    }
    found->second.alarm_nanos = next;
  }
  if (next != 0) SetAlarm(identity, next);
  const TokenAnswer none = Without(FailedAttempt(core::failure::kTimeout, "no token came in time"));
  for (const Waiter& waiter : late) waiter.done(none);
}

void HttpTokens::Cancel(const TransferId& who) {
  Done done;
  {
    base::MutexLock lock(&mu_);
    for (auto& [identity, entry] : entries_) {
      const auto found = std::find_if(entry.waiters.begin(), entry.waiters.end(),
                                      [&who](const Waiter& waiter) { return waiter.who == who; });
      if (found == entry.waiters.end()) continue;
      done = std::move(found->done);
      entry.waiters.erase(found);
      break;
    }
  }
  if (done) done(Without(CancelledAttempt()));
}

void HttpTokens::Drop(const std::string& identity, const Token& token) {
  base::MutexLock lock(&mu_);
  const auto found = entries_.find(identity);
  if (found == entries_.end() || found->second.token != token) return;
  if (found->second.asked) {
    found->second.token = nullptr;
  } else {
    entries_.erase(found);
  }
}

void HttpTokens::Shutdown() {
  std::vector<Waiter> waiters;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    for (auto& [identity, entry] : entries_) {
      for (Waiter& waiter : entry.waiters) waiters.push_back(std::move(waiter));
      entry.waiters.clear();
    }
  }
  for (const Waiter& waiter : waiters) waiter.done(Without(CancelledAttempt()));
}

void HttpTokens::MakeRoom(int64_t now_nanos) {
  if (entries_.size() < limits::kMaxKeptTokens) return;
  absl::erase_if(entries_, [now_nanos](const auto& item) {
    const Entry& entry = item.second;
    return !entry.asked && (entry.token == nullptr || now_nanos >= entry.end_nanos);
  });
  if (entries_.size() < limits::kMaxKeptTokens) return;
  // So many at once are had anew rather than sorted by age.
  absl::erase_if(entries_, [](const auto& item) { return !item.second.asked; });
}

}  // namespace scheduler::dispatch
