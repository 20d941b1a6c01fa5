#ifndef SCHEDULER_DISPATCH_BROKER_RABBITMQ_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_RABBITMQ_DRIVER_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {

// RabbitMQ, by AMQP 0-9-1 with publisher confirms. To a queue: the default exchange with the queue as routing
// key. To an exchange: `key` is the routing key. Messages are mandatory, so that one which no queue takes comes
// back and is NOT_FOUND; they are persistent. Output {}. A probe opens a channel in confirm mode. Settings of kind
// RabbitmqSettings.
//
// Each exchange has a channel of its own, since the broker closes a channel for a fault of one message and so
// leaves all that are in flight on it in the dark.
std::unique_ptr<BrokerDriver> NewRabbitmqDriver(const BrokerOptions& options,
                                                const EgressPolicy* egress,
                                                const base::Clock* clock);

// The class of a reply code with which RabbitMQ returns a message or closes a channel or a connection.
// `greeting`: before the connection was open.
//   312, 404                                       NOT_FOUND; 530 that says "not found", too: a virtual host
//   403                                            FORBIDDEN; UNAUTHENTICATED in the greeting
//   530                                            FORBIDDEN
//   311, 402, 406, 540                             VALIDATION
//   all else: 313, 320, 405, 501 … 506, 541        UNAVAILABLE
std::string_view ClassOfAmqpCode(uint16_t code, std::string_view text, bool greeting);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_RABBITMQ_DRIVER_H_
