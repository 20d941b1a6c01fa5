#ifndef SCHEDULER_DISPATCH_BROKER_KAFKA_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_KAFKA_DRIVER_H_

#include <memory>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {

// Kafka, by librdkafka: an idempotent producer for each account, acks=all. `key` chooses the partition; the
// delivery's fields and the properties are headers. Completes with {"partition":p,"offset":o}. A probe asks for the
// cluster's metadata, with a client of its own; RATE_LIMITED where EventTester::kMaxAtOnce of these are open, some of
// which may outlive their probe for a while. Settings of kind KafkaSettings.
//
// A message that librdkafka has taken cannot be withdrawn alone: after a cancel or a TIMEOUT it may still be
// delivered, for as long as producers of its kind keep messages (KafkaProducer::MessageTimeout).
std::unique_ptr<BrokerDriver> NewKafkaDriver(const BrokerOptions& options,
                                             const EgressPolicy* egress, const base::Clock* clock);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_KAFKA_DRIVER_H_
