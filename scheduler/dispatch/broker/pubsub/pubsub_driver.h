#ifndef SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_DRIVER_H_
#define SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_DRIVER_H_

#include <memory>
#include <string>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {

// Where Google's service is, for settings without an endpoint.
struct PubsubService {
  std::string address = "grpcs://pubsub.googleapis.com:443";
  // PEM file of the authorities that it, and the server of tokens, are checked against. Empty: the system's.
  std::string ca_file;
};

// Google Pub/Sub, by gRPC (pubsub_api.h): a Publish for each message, over one connection of an
// address. With a service account each call has an access token of it, which is had once an hour;
// one that is refused is had anew, once. Completes with {"message_id":…}; a probe is a ListTopics,
// with a token of its own. Settings of kind PubsubSettings.
//
// Messages of one ordering key that are under way at once have no order among each other.
std::unique_ptr<BrokerDriver> NewPubsubDriver(const BrokerOptions& options,
                                              const EgressPolicy* egress, const base::Clock* clock,
                                              const PubsubService& service = {});

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_DRIVER_H_
