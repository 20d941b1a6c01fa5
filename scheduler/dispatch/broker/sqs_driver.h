#ifndef SCHEDULER_DISPATCH_BROKER_SQS_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_SQS_DRIVER_H_

#include <memory>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {

// Amazon SQS, by its JSON protocol over HTTPS (sqs_api.h): a SendMessage for each message, over kept connections. A
// queue that is given by its name has its URL asked for once. A probe is a ListQueues. Settings of kind AwsSettings.
//
// So many calls of one account are under way at once, kMaxCallsOfOneSqsAccount or a quarter of all, and
// options.max_connections of all; more wait their turn, the accounts by turns, so that an account whose endpoint hangs
// holds nobody else's messages.
std::unique_ptr<BrokerDriver> NewSqsDriver(const BrokerOptions& options, const EgressPolicy* egress,
                                           const base::Clock* clock);

inline constexpr size_t kMaxCallsOfOneSqsAccount = 64;

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_SQS_DRIVER_H_
