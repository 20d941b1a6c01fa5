#ifndef SCHEDULER_DISPATCH_BROKER_REDIS_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_REDIS_DRIVER_H_

#include <memory>
#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {

// Redis 6 and later, by RESP2 (hiredis writes commands and reads replies). A channel's message is PUBLISH with
// the body alone and completes with {"receivers":n}, which may be 0; a stream's is XADD with the fields `body`,
// the delivery's fields by their lower-case names and the properties, and completes with {"id":"…"}. Messages
// of one connection are pipelined. A probe is a PING. Settings of kind RedisSettings.
std::unique_ptr<BrokerDriver> NewRedisDriver(const BrokerOptions& options,
                                             const EgressPolicy* egress, const base::Clock* clock);

// The class of a Redis error ("WRONGTYPE Operation against …"), by its first word:
//   NOAUTH, WRONGPASS, "ERR Protocol error:
//   unauthenticated multibulk length"               UNAUTHENTICATED
//   NOPERM                                          FORBIDDEN
//   OOM, BUSY, LOADING, READONLY, MASTERDOWN,
//   MISCONF, NOREPLICAS, CLUSTERDOWN, TRYAGAIN,
//   "ERR max number of clients reached"             UNAVAILABLE
//   all else: WRONGTYPE, NOSCRIPT, MOVED, ERR       VALIDATION
std::string_view ClassOfRedisError(std::string_view error);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_REDIS_DRIVER_H_
