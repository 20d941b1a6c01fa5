#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHTS_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHTS_H_

#include <cstdint>
#include <map>
#include <thread>
#include <utility>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/broker/broker_flight.h"

namespace scheduler::dispatch {

// The messages of an executor that have not ended, and the thread that ends those whose time is over.
//
// Several may be of one run and token, though the engine claims none twice: each ends by itself, and a cancel ends
// all of them.
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

  // Forgets those of `run` that have ended.
  void Remove(const core::RunRef& run);

  // Ends those of `run` as cancelled. Unknown ones are ignored.
  void Cancel(const core::RunRef& run);

  // Ends all as cancelled, and the thread. Idempotent.
  void Stop();

  size_t size() const;

 private:
  using Id = std::pair<core::RunKey, uint64_t>;
  struct Entry {
    BrokerFlightPtr flight;
    int64_t deadline = 0;  // monotonic nanoseconds
  };
  using Entries = std::multimap<Id, Entry>;
  using Deadlines = std::map<std::pair<int64_t, const BrokerFlight*>, Entries::iterator>;

  void Run();
  // Waits until a flight's time is over; null when it is to stop.
  BrokerFlightPtr AwaitExpired();

  const base::Clock* const clock_;
  mutable base::Mutex mu_;
  base::CondVar wake_;
  Entries flights_ ABSL_GUARDED_BY(mu_);
  Deadlines deadlines_ ABSL_GUARDED_BY(mu_);  // of each of them, the first is due first
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHTS_H_
