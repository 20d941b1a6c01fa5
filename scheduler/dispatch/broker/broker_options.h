#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_OPTIONS_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_OPTIONS_H_

#include <cstddef>

#include "scheduler/base/millis.h"

namespace scheduler::dispatch {

struct BrokerOptions {
  // Attempts at once, over all brokers.
  size_t max_in_flight = 8192;
  // Of these, the messages that one connection may have, waiting and sent ones together, so that a broker that
  // is silent does not take the attempts of all others. Beyond it attempts fail RATE_LIMITED.
  size_t max_of_one_connection() const { return max_in_flight / 2; }
  // Of each connection: messages, and bytes of these, that wait to be sent. Beyond it attempts fail
  // RATE_LIMITED.
  size_t max_queued_messages = 10'000;
  size_t max_queued_bytes = 64 * 1024 * 1024;
  // Of each connection: messages that were sent and are not yet acknowledged; more wait their turn.
  size_t max_unacknowledged = 10'000;
  // Open connections of each kind of broker; beyond it attempts fail RATE_LIMITED.
  size_t max_connections = 256;
  // Kafka alone: producers, since librdkafka takes a thread for each broker of each.
  size_t max_kafka_producers = 32;
  // For name, TCP, TLS and the broker's greeting together.
  base::Millis connect_timeout = 10 * base::kSecond;
  // A connection without messages is closed after this.
  base::Millis idle_timeout = base::kMinute;
  // A broker that owes acknowledgements and sends nothing for so long is taken for dead.
  base::Millis silence_timeout = 15 * base::kSecond;
  // Before a new dial; doubled after each that fails.
  base::Millis min_backoff = 100;
  base::Millis max_backoff = 5 * base::kSecond;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_OPTIONS_H_
