#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_DRIVER_H_

#include "absl/status/status.h"
#include "scheduler/dispatch/broker/broker_flight.h"

namespace scheduler::dispatch {

// Publishes to one kind of broker. It keeps one connection for each BrokerAccount::key, shared by many
// messages at once, on threads of its own whose number is bounded. A broker that is dead or hangs holds
// nobody's messages but its own.
//
// Drivers keep no time for attempts and need not obey a cancel: the executor ends a flight then, and a
// driver drops a flight that has ended if it has not been sent.
//
// Thread-safe.
class BrokerDriver {
 public:
  virtual ~BrokerDriver() = default;

  // INVALID_ARGUMENT, for the run's error, if this kind of broker can never take such a message.
  virtual absl::Status Check(const BrokerMessage& message) const = 0;

  // Returns at once; the flight ends later, from any thread. COMPLETED only after the broker's own
  // acknowledgement. REQUIRES: Check was OK, or it is a probe.
  virtual void Publish(BrokerFlightPtr flight) = 0;

  // Closes all connections and ends the threads, without a word to flights that are open: the executor has
  // ended them. What is published later is dropped. Idempotent.
  virtual void Shutdown() = 0;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_DRIVER_H_
