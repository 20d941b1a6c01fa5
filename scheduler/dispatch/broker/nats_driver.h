#ifndef SCHEDULER_DISPATCH_BROKER_NATS_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_NATS_DRIVER_H_

#include <memory>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {

// NATS 2.2 and later, by its own text protocol (docs.nats.io, "Client Protocol"), which is smaller than what
// would adapt libnats: that waits for a flush, keeps two threads a connection and dials servers that it was
// told of, which the egress policy has not seen.
//
// To a subject of core NATS: HPUB, acknowledged by the PONG to a PING that follows a batch; output {}. To
// JetStream (kStream; the destination is the subject, which a stream takes): HPUB with Nats-Msg-Id, the run id,
// and a reply subject; output {"stream":…,"sequence":…,"duplicate":…}. The delivery's fields and the properties
// are headers. A probe is a PING. Settings of kind NatsSettings; its servers are tried in turn.
std::unique_ptr<BrokerDriver> NewNatsDriver(const BrokerOptions& options,
                                            const EgressPolicy* egress, const base::Clock* clock);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_NATS_DRIVER_H_
