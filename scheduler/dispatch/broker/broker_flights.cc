#include "scheduler/dispatch/broker/broker_flights.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr int64_t kNanosPerMicro = 1'000;
constexpr int64_t kLongestWaitMicros = 60'000'000;

AttemptResult TimedOut(base::Millis timeout) {
  return FailedAttempt(core::failure::kTimeout,
                       absl::StrCat("the broker acknowledged nothing within ", timeout, " ms"));
}

}  // namespace

BrokerFlights::BrokerFlights(const base::Clock* clock) : clock_(clock) {
  thread_ = std::thread([this] { Run(); });
}

bool BrokerFlights::Add(const BrokerFlightPtr& flight) {
  const Id id{flight->run().key, flight->run().token};
  const int64_t deadline = clock_->MonoNanos() + flight->attempt_timeout() * kNanosPerMilli;
  base::MutexLock lock(&mu_);
  if (stopped_) return false;
  flights_[id] = {flight, deadline};
  const auto added = deadlines_.emplace(deadline, id).first;
  if (added == deadlines_.begin()) wake_.Signal();
  return true;
}

void BrokerFlights::Remove(const core::RunRef& run) {
  BrokerFlightPtr flight;  // released after the lock
  base::MutexLock lock(&mu_);
  const auto found = flights_.find(Id{run.key, run.token});
  if (found == flights_.end()) return;
  flight = std::move(found->second.flight);
  deadlines_.erase({found->second.deadline, found->first});
  flights_.erase(found);
}

void BrokerFlights::Cancel(const core::RunRef& run) {
  BrokerFlightPtr flight;
  {
    base::MutexLock lock(&mu_);
    const auto found = flights_.find(Id{run.key, run.token});
    if (found != flights_.end()) flight = found->second.flight;
  }
  if (flight != nullptr) flight->Finish(CancelledAttempt());
}

void BrokerFlights::Stop() {
  std::vector<BrokerFlightPtr> open;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    for (const auto& [id, entry] : flights_) open.push_back(entry.flight);
    wake_.SignalAll();
  }
  for (const BrokerFlightPtr& flight : open) flight->Finish(CancelledAttempt());
  if (thread_.joinable()) thread_.join();
}

size_t BrokerFlights::size() const {
  base::MutexLock lock(&mu_);
  return flights_.size();
}

void BrokerFlights::Run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (const BrokerFlightPtr flight = AwaitExpired()) {
    flight->Finish(TimedOut(flight->attempt_timeout()));
  }
}

BrokerFlightPtr BrokerFlights::AwaitExpired() {
  base::MutexLock lock(&mu_);
  while (!stopped_) {
    if (deadlines_.empty()) {
      wake_.Wait(&mu_);
      continue;
    }
    const auto& [deadline, id] = *deadlines_.begin();
    const int64_t left = deadline - clock_->MonoNanos();
    if (left > 0) {
      wake_.WaitMicros(&mu_, std::min(left / kNanosPerMicro + 1, kLongestWaitMicros));
      continue;
    }
    const auto found = flights_.find(id);
    BrokerFlightPtr flight = found->second.flight;
    deadlines_.erase(deadlines_.begin());
    flights_.erase(found);
    return flight;
  }
  return nullptr;
}

}  // namespace scheduler::dispatch
