#include "scheduler/dispatch/database/attempt_registry.h"

#include <algorithm>
#include <string>
#include <utility>

#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {

AttemptRegistry::AttemptRegistry(const base::Clock* clock) : clock_(clock) {
  thread_ = std::thread([this] { Run(); });
}

AttemptRegistry::~AttemptRegistry() { Stop(); }

bool AttemptRegistry::Add(const AttemptPtr& attempt) {
  const base::MutexLock lock(&mu_);
  if (stopping_) return false;
  const Key key = KeyOf(*attempt);
  attempts_[key] = attempt;
  const auto at = deadlines_.emplace(attempt->deadline, key);
  if (at == deadlines_.begin()) wake_.Signal();
  return true;
}

void AttemptRegistry::Erase(const DatabaseAttempt& attempt) {
  const Key key = KeyOf(attempt);
  attempts_.erase(key);
  const auto [begin, end] = deadlines_.equal_range(attempt.deadline);
  const auto found =
      std::find_if(begin, end, [&key](const auto& entry) { return entry.second == key; });
  if (found != end) deadlines_.erase(found);
}

void AttemptRegistry::Finish(const AttemptPtr& attempt, AttemptResult result) {
  if (!attempt->End()) return;
  {
    const base::MutexLock lock(&mu_);
    Erase(*attempt);
  }
  attempt->Report(std::move(result));
}

void AttemptRegistry::Cancel(const core::RunRef& run) {
  const base::MutexLock lock(&mu_);
  const Key key = KeyOf(run);
  if (attempts_.count(key) == 0) return;
  cancelled_.push_back(key);
  wake_.Signal();
}

size_t AttemptRegistry::size() {
  const base::MutexLock lock(&mu_);
  return attempts_.size();
}

std::vector<AttemptRegistry::Entry> AttemptRegistry::TakeEnding() {
  std::vector<Entry> ending;
  const auto take = [&](const Key& key, bool cancelled) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    const auto found = attempts_.find(key);
    if (found == attempts_.end()) return;
    ending.push_back({found->second, cancelled});
  };
  for (const Key& key : std::exchange(cancelled_, {})) take(key, true);
  if (stopping_) {
    for (const auto& [key, attempt] : attempts_) ending.push_back({attempt, true});
  }
  const base::Millis now = clock_->MonoNow();
  for (auto at = deadlines_.begin(); at != deadlines_.end() && at->first <= now; ++at) {
    take(at->second, false);
  }
  for (const Entry& entry : ending) Erase(*entry.attempt);
  return ending;
}

void AttemptRegistry::Run() {
  mu_.Lock();
  while (true) {
    const std::vector<Entry> ending = TakeEnding();
    if (!ending.empty()) {
      mu_.Unlock();
      for (const auto& [attempt, cancelled] : ending) {
        if (!attempt->End()) continue;
        attempt->Report(cancelled ? CancelledAttempt()
                                  : FailedAttempt(core::failure::kTimeout,
                                                  "the database did not answer in time"));
      }
      mu_.Lock();
      continue;
    }
    if (stopping_) break;
    if (deadlines_.empty()) {
      wake_.Wait(&mu_);
    } else {
      const base::Millis left = deadlines_.begin()->first - clock_->MonoNow();
      if (left > 0) wake_.WaitMicros(&mu_, left * 1000);
    }
  }
  mu_.Unlock();
}

void AttemptRegistry::Stop() {
  {
    const base::MutexLock lock(&mu_);
    if (stopping_ && !thread_.joinable()) return;
    stopping_ = true;
    wake_.Signal();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace scheduler::dispatch
