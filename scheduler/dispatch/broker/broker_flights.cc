#include "scheduler/dispatch/broker/broker_flights.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <vector>

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
  const auto entry = flights_.emplace(id, Entry{flight, deadline});
  const auto added = deadlines_.emplace(std::pair(deadline, flight.get()), entry).first;
  if (added == deadlines_.begin()) wake_.Signal();
  return true;
}

void BrokerFlights::Remove(const core::RunRef& run) {
  std::vector<BrokerFlightPtr> removed;  // released after the lock
  base::MutexLock lock(&mu_);
  auto [next, end] = flights_.equal_range(Id{run.key, run.token});
  while (next != end) {
    const auto current = next++;
    Entry& entry = current->second;
    if (!entry.flight->ended()) continue;
    deadlines_.erase({entry.deadline, entry.flight.get()});
    removed.push_back(std::move(entry.flight));
    flights_.erase(current);
  }
}

void BrokerFlights::Cancel(const core::RunRef& run) {
  std::vector<BrokerFlightPtr> cancelled;
  {
    base::MutexLock lock(&mu_);
    const auto [begin, end] = flights_.equal_range(Id{run.key, run.token});
    for (auto each = begin; each != end; ++each) cancelled.push_back(each->second.flight);
  }
  for (const BrokerFlightPtr& flight : cancelled) flight->Finish(CancelledAttempt());
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
    const auto first = deadlines_.begin();
    const int64_t left = first->first.first - clock_->MonoNanos();
    if (left > 0) {
      wake_.WaitMicros(&mu_, std::min(left / kNanosPerMicro + 1, kLongestWaitMicros));
      continue;
    }
    BrokerFlightPtr flight = std::move(first->second->second.flight);
    flights_.erase(first->second);
    deadlines_.erase(first);
    return flight;
  }
  return nullptr;
}

}  // namespace scheduler::dispatch
