#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHTS_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHTS_H_

#include <cstdint>
#include <set>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/broker/broker_flight.h"

namespace scheduler::dispatch {

// The messages of an executor that have not ended, and the thread that ends those whose time is over.
//
// Thread-safe. No flight is ended with the lock held.
class BrokerFlights {
 public:
  // The clock outlives it and must run by itself.
  explicit BrokerFlights(const base::Clock* clock);
  ~BrokerFlights() { Stop(); }
  BrokerFlights(const BrokerFlights&) = delete;
  BrokerFlights& operator=(const BrokerFlights&) = delete;

  // From now on the flight ends with TIMEOUT when its attempt_timeout has passed. False, and nothing is
  // done, after Stop.
  bool Add(const BrokerFlightPtr& flight);

  // Forgets one that ended.
  void Remove(const core::RunRef& run);

  // Ends it as cancelled. Unknown ones are ignored.
  void Cancel(const core::RunRef& run);

  // Ends all as cancelled, and the thread. Idempotent.
  void Stop();

  size_t size() const;

 private:
  using Id = std::pair<core::RunKey, uint64_t>;
  struct Entry {
    BrokerFlightPtr flight;
    int64_t deadline = 0;
  };

  void Run();
  // Waits until a flight's time is over; null when it is to stop.
  BrokerFlightPtr AwaitExpired();

  const base::Clock* const clock_;
  mutable base::Mutex mu_;
  base::CondVar wake_;
  absl::flat_hash_map<Id, Entry> flights_ ABSL_GUARDED_BY(mu_);
  std::set<std::pair<int64_t, Id>> deadlines_ ABSL_GUARDED_BY(mu_);  // monotonic nanoseconds
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHTS_H_
